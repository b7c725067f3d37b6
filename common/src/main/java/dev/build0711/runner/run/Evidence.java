package dev.build0711.runner.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything that can be learnt about a run. Callers, backends and git hosts only testify;
/// [RunLifecycle] alone decides what follows.
public sealed interface Evidence {

  /// What a backend says when it is asked to prepare a workspace.
  sealed interface OfPreparation extends Evidence {}

  /// What a backend says when it is asked to start a conversation.
  sealed interface OfStart extends Evidence {}

  /// What a backend says when it is asked how a conversation stands.
  sealed interface OfLook extends Evidence {}

  /// What a backend says when it is asked to set an agent going or to stop it.
  sealed interface OfControl extends Evidence {}

  /// What a backend says when it is asked for what an agent left.
  sealed interface OfCollection extends Evidence {}

  /// What a git host tells.
  sealed interface OfGitHost extends Evidence {}

  /// The backend has begun to prepare the workspace, or is still at it.
  record Preparing(Conversation conversation, String cursor) implements OfPreparation {}

  /// The workspace is ready.
  record Prepared(Conversation conversation, @Nullable String cursor) implements OfPreparation {}

  /// The workspace cannot be prepared.
  record PreparationFailed(Reason why) implements OfPreparation {}

  /// The conversation exists and holds the prompt, whoever made it.
  record ConversationStarted(Conversation conversation, @Nullable String cursor)
      implements OfStart {}

  /// The backend says that it has no free place; nothing was made, nothing was set going.
  record BackendFull() implements OfPreparation, OfStart, OfControl {}

  /// The backend will not start this run, now or later.
  record StartRefused(Reason why) implements OfStart {}

  /// The start may or may not have happened.
  ///
  /// @param conversation what it would be; null where the backend chooses its id
  record StartUnclear(@Nullable Conversation conversation) implements OfStart {}

  record AgentSeen(AgentLook look) implements OfLook {}

  /// The backend answers properly, but does not know the conversation.
  record ConversationMissing() implements OfPreparation, OfStart, OfLook, OfControl, OfCollection {}

  /// The backend did not give a proper answer.
  ///
  /// @param retryAfter how long it asked to be left alone, null where it did not
  record BackendSilent(Reason why, @Nullable Duration retryAfter)
      implements OfPreparation, OfStart, OfLook, OfControl, OfCollection {}

  /// The backend brings the agent's sandbox up, without which it cannot be set going: it is to be
  /// asked again.
  record Resuming() implements OfControl {}

  /// The backend has set the agent going again.
  record AgentResumed(@Nullable String cursor) implements OfControl {}

  /// The backend has the message, and the agent goes on from it.
  record MessageTaken(@Nullable String cursor) implements OfControl {}

  /// The message has not arrived so far and may still do so.
  ///
  /// @param sent whether it was sent just now, rather than only searched for
  /// @param cursor where the next look goes on reading, null where that has not changed
  record MessageUnclear(boolean sent, @Nullable String cursor) implements OfControl {

    public MessageUnclear(boolean sent) {
      this(sent, null);
    }
  }

  /// The backend will not take this message, now or later.
  record MessageRefused() implements OfControl {}

  /// What the agent left in its workspace was fetched and is kept.
  ///
  /// @param branch the branch that is checked out, null where that is not known
  /// @param commit the commit at its head, null where that is not known
  record ResultsCollected(
      @Nullable String branch, @Nullable String commit, List<ChangedFile> changes)
      implements OfCollection {

    public ResultsCollected {
      changes = List.copyOf(changes);
    }
  }

  /// What the agent left was fetched, but could not be kept; the backend still has it.
  record ResultsUnkept() implements OfCollection {}

  /// The backend took the order to stop; the next look tells whether the agent has.
  record StopTaken() implements OfControl {}

  /// A delivery or a look-up showed a pull request that is linked to the run by `rule`.
  record PullRequestSeen(PullRequest pullRequest, LinkRule rule) implements OfGitHost {}

  /// Something else a git host told of the run's branch or pull request; it moves no status.
  record GitActivity(RunEvent.Type type, @Nullable Long repositoryId, Map<String, Object> data)
      implements OfGitHost {}

  /// No backend has a free place for the run.
  ///
  /// @param trouble why none can have one, null where all places are taken
  record NoPlace(@Nullable Reason trouble) implements Evidence {}

  /// A caller wrote to the agent.
  record MessageAccepted(Message message) implements Evidence {}

  /// A caller wants the run to stop.
  record CancelRequested() implements Evidence {}

  /// Nothing but the time: deadlines are due or not.
  record TimePassed(Clocks clocks) implements Evidence {}

  /// How long things may take before the runner gives up on them.
  ///
  /// @param start from the conversation's start to the agent's first step
  /// @param preparation how much longer the workspace may take
  /// @param stall without any sign of work
  record Clocks(Duration start, Duration preparation, Duration stall) {

    public static final Clocks DEFAULT =
        new Clocks(Duration.ofMinutes(3), Duration.ofMinutes(10), Duration.ofMinutes(20));

    static boolean due(Instant from, Duration allowed, Instant now) {
      return !now.isBefore(from.plus(allowed));
    }
  }
}
