package dev.build0711.runner.run;

import dev.build0711.runner.run.Evidence.AgentResumed;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.CancelRequested;
import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.GitActivity;
import dev.build0711.runner.run.Evidence.MessageAccepted;
import dev.build0711.runner.run.Evidence.MessageRefused;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.MessageUnclear;
import dev.build0711.runner.run.Evidence.NoPlace;
import dev.build0711.runner.run.Evidence.OfGitHost;
import dev.build0711.runner.run.Evidence.PreparationFailed;
import dev.build0711.runner.run.Evidence.Prepared;
import dev.build0711.runner.run.Evidence.Preparing;
import dev.build0711.runner.run.Evidence.PullRequestSeen;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import dev.build0711.runner.run.Evidence.ResultsUnkept;
import dev.build0711.runner.run.Evidence.Resuming;
import dev.build0711.runner.run.Evidence.StartRefused;
import dev.build0711.runner.run.Evidence.StartUnclear;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.Evidence.TimePassed;
import java.time.Duration;
import java.time.Instant;

/// Every move a run can make. Nothing else in the project decides a status.
public final class RunLifecycle {

  /// Two looks that agree on a bad end lie at least this far apart.
  public static final Duration CONFIRMATION = Duration.ofSeconds(10);

  /// How long a conversation must be missing, and in how many looks, before it is lost.
  public static final Duration MISSING_FOR = Duration.ofMinutes(5);

  public static final int MISSING_LOOKS = 3;

  /// How often an agent is set going again after restarts of its backend.
  public static final int MAX_RESUMES = 3;

  /// How long a finished agent's pull request may take to be seen.
  public static final Duration PATIENCE = Duration.ofMinutes(10);

  /// How often a backend may fail to start a run's agent.
  public static final int MAX_STARTS = 2;

  /// How long fetching what an agent left is tried.
  public static final Duration COLLECT_FOR = Duration.ofHours(1);

  /// How long a cancelled agent may take to stop.
  public static final Duration STOP_TIMEOUT = Duration.ofMinutes(15);

  private RunLifecycle() {}

  /// What follows for `run` from `evidence` at `now`. A pure function: the same three give the same
  /// answer.
  public static Transition next(Run run, Evidence evidence, Instant now) {
    Draft draft = new Draft(run, now, besideLook(evidence));
    switch (evidence) {
      case Preparing e -> BackendWitness.preparing(draft, e);
      case Prepared e -> BackendWitness.prepared(draft, e);
      case PreparationFailed(Reason why) -> BackendWitness.refused(draft, why);
      case ConversationStarted e -> BackendWitness.started(draft, e);
      case BackendFull _ -> BackendWitness.full(draft);
      case StartRefused(Reason why) -> BackendWitness.refused(draft, why);
      case StartUnclear(Conversation conversation) -> BackendWitness.unclear(draft, conversation);
      case NoPlace(var trouble) -> BackendWitness.noPlace(draft, trouble);
      case BackendSilent(Reason why, _) -> BackendWitness.silent(draft, why);
      case StopTaken _, Resuming _ -> BackendWitness.answered(draft);
      case AgentResumed(String cursor) -> AgentWitness.resumed(draft, cursor);
      case AgentSeen(AgentLook look) -> AgentWitness.seen(draft, look);
      case ConversationMissing _ -> AgentWitness.missing(draft);
      case MessageTaken(String cursor) -> Mail.taken(draft, cursor);
      case MessageUnclear(boolean sent, String cursor) -> Mail.unclear(draft, sent, cursor);
      case MessageRefused _ -> Mail.refused(draft);
      case MessageAccepted(Message message) -> Mail.accepted(draft, message);
      case ResultsCollected e -> AgentWitness.collected(draft, e);
      case ResultsUnkept _ -> BackendWitness.answered(draft);
      case PullRequestSeen e -> GitWitness.seen(draft, e);
      case GitActivity e -> GitWitness.told(draft, e);
      case CancelRequested _ -> cancel(draft);
      case TimePassed(Clocks clocks) -> Deadlines.check(draft, clocks);
    }
    return draft.transition();
  }

  private static boolean besideLook(Evidence evidence) {
    return evidence instanceof OfGitHost
        || evidence instanceof CancelRequested
        || evidence instanceof MessageAccepted;
  }

  private static void cancel(Draft draft) {
    switch (draft.run().status()) {
      case QUEUED -> {
        Agent agent = draft.agent();
        boolean neverTried = agent.place() == null && !agent.mayWork();
        draft.move(
            neverTried ? RunStatus.CANCELLED : RunStatus.CANCELLING, Reason.CANCEL_REQUESTED);
      }
      case RUNNING, AWAITING_INPUT -> draft.move(RunStatus.CANCELLING, Reason.CANCEL_REQUESTED);
      case CANCELLING, COMPLETED, FAILED, CANCELLED, TIMED_OUT -> {
        // asked before, or over: nothing to do
      }
    }
  }

  /// Whether what is known of the agent and its pull requests is what the caller waits for.
  static boolean satisfied(Run run) {
    boolean finished = run.agent().state() == Agent.State.FINISHED;
    return switch (run.spec().completeOn()) {
      case EITHER -> finished || !run.pullRequests().isEmpty();
      case AGENT -> finished;
      case PULL_REQUEST -> !run.pullRequests().isEmpty();
      case MERGE -> any(run, PullRequest.State.MERGED);
    };
  }

  /// Whether a run that waits for a merge can no longer get one.
  static boolean closedForGood(Run run) {
    return run.spec().completeOn() == CompleteOn.MERGE
        && !run.pullRequests().isEmpty()
        && !any(run, PullRequest.State.OPEN)
        && !any(run, PullRequest.State.MERGED);
  }

  private static boolean any(Run run, PullRequest.State state) {
    return run.pullRequests().stream().anyMatch(link -> link.pullRequest().state() == state);
  }
}
