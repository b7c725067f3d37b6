package dev.build0711.runner.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the runner knows of the agent's side of a run: its memory between two looks.
///
/// @param conversation null until a backend was asked to do something for the run
/// @param cursor how far the conversation was read; only the dialect that wrote it understands it
/// @param since when the agent entered its state, moved on by the time in which the backend was
///   silent
/// @param signOfLifeAt when the agent last showed that it works, moved on likewise
/// @param suspicion a bad end that one look saw and another has to confirm
/// @param silence that the backend does not answer, and since when
/// @param unclearSince when a start was tried whose outcome is unknown
/// @param resumes how often the agent was set going again after a restart of the backend
/// @param failedStarts how often the backend gave up starting it
/// @param told how many messages of callers it has got since its prompt
/// @param userMessages how many messages of a user the conversation held at the last look
/// @param mentioned pull request URLs the agent named that were not in its prompt, at most
///   [#MAX_MENTIONED]
/// @param place the place on a backend that the run holds, null where it holds none
/// @param collected whether what the agent left was fetched, or will not be
public record Agent(
    State state,
    @Nullable Conversation conversation,
    @Nullable String cursor,
    Instant since,
    Instant signOfLifeAt,
    @Nullable Suspicion suspicion,
    @Nullable Silence silence,
    @Nullable Instant unclearSince,
    int resumes,
    int failedStarts,
    int told,
    int userMessages,
    List<String> mentioned,
    @Nullable Place place,
    boolean collected) {

  public static final int MAX_MENTIONED = 20;

  public enum State {
    /// Nothing was asked of any backend.
    ABSENT,
    /// The backend prepares the workspace.
    PREPARING,
    /// The workspace is ready; the conversation can be started.
    PREPARED,
    /// The conversation exists; the agent has not begun.
    STARTING,
    WORKING,
    /// The agent waits for somebody and works no more by itself.
    WAITING,
    /// The agent was cut off by a restart of its backend and has to be set going again.
    INTERRUPTED,
    FINISHED,
    FAILED,
    /// The agent was told to stop and has.
    STOPPED,
    /// The backend does not know it any more, or the runner has given up asking.
    LOST;

    private boolean mayWork() {
      return switch (this) {
        case STARTING, WORKING, INTERRUPTED -> true;
        case ABSENT, PREPARING, PREPARED, WAITING, FINISHED, FAILED, STOPPED, LOST -> false;
      };
    }

    /// Whether only a message sets it going.
    boolean rests() {
      return switch (this) {
        case WAITING, FINISHED -> true;
        case ABSENT, PREPARING, PREPARED, STARTING, WORKING, INTERRUPTED, FAILED, STOPPED, LOST ->
            false;
      };
    }

    /// Whether no conversation is known to have been started.
    boolean unstarted() {
      return switch (this) {
        case ABSENT, PREPARING, PREPARED -> true;
        case STARTING, WORKING, WAITING, INTERRUPTED, FINISHED, FAILED, STOPPED, LOST -> false;
      };
    }

    /// Whether it has ended in a conversation that may have left something.
    boolean ended() {
      return switch (this) {
        case FINISHED, FAILED, STOPPED -> true;
        case ABSENT, PREPARING, PREPARED, STARTING, WORKING, WAITING, INTERRUPTED, LOST -> false;
      };
    }

    @Override
    public String toString() {
      return Words.of(this);
    }
  }

  /// One look saw this end at that time.
  public record Suspicion(Reason reason, Instant since) {}

  /// The backend has not answered properly since then, in so many looks.
  public record Silence(Reason reason, Instant since, int looks) {}

  public Agent {
    mentioned = List.copyOf(mentioned);
  }

  /// Nothing known yet.
  public static Agent absent(Instant now) {
    return new Agent(
        State.ABSENT, null, null, now, now, null, null, null, 0, 0, 0, 0, List.of(), null, false);
  }

  /// Whether the agent is known to work, or a start of it was tried whose outcome is unknown.
  boolean mayWork() {
    return state.mayWork() || unclearSince != null;
  }

  /// Whether an agent in this state still uses its place. One that rests frees it on an
  /// agent-server; an app server keeps a sandbox for it until what it left was fetched.
  boolean usesPlace() {
    if (mayWork() || state.unstarted()) {
      return true;
    }
    return state != State.LOST && conversation != null && conversation.keepsSandbox() && !collected;
  }

  Agent withState(State next, Instant now) {
    return next == state
        ? this
        : copy(it -> {
          it.state = next;
          it.since = now;
        });
  }

  /// Another state under the same clock.
  Agent again(State next) {
    return copy(it -> it.state = next);
  }

  Agent withConversation(Conversation next, @Nullable String nextCursor, Instant now) {
    return copy(it -> {
      it.conversation = next;
      it.cursor = nextCursor;
      it.signOfLifeAt = now;
      it.suspicion = null;
      it.unclearSince = null;
    });
  }

  /// The same conversation as its backend is now.
  Agent at(Conversation next) {
    return copy(it -> it.conversation = next);
  }

  Agent withCursor(@Nullable String next) {
    return copy(it -> it.cursor = next);
  }

  Agent withSignOfLife(Instant now) {
    return copy(it -> it.signOfLifeAt = now);
  }

  Agent withSuspicion(@Nullable Suspicion next) {
    return copy(it -> it.suspicion = next);
  }

  Agent withUnclearSince(@Nullable Instant next) {
    return copy(it -> it.unclearSince = next);
  }

  Agent withUserMessages(int next) {
    return copy(it -> it.userMessages = next);
  }

  Agent withMentioned(List<String> next) {
    return copy(it -> it.mentioned = next);
  }

  Agent withPlace(@Nullable Place next) {
    return copy(it -> it.place = next);
  }

  Agent withCollected(boolean next) {
    return copy(it -> it.collected = next);
  }

  /// The backend never started it: nothing of that start counts any more.
  Agent neverStarted(Instant now) {
    return copy(it -> {
      it.state = State.ABSENT;
      it.conversation = null;
      it.cursor = null;
      it.since = now;
      it.suspicion = null;
      it.failedStarts++;
    });
  }

  /// It has got one more message and goes on from it.
  Agent told(@Nullable String nextCursor, Instant now) {
    return copy(it -> {
      it.state = State.WORKING;
      it.cursor = nextCursor;
      it.since = now;
      it.signOfLifeAt = now;
      it.suspicion = null;
      it.told++;
      it.collected = false;
    });
  }

  /// The workspace has to be prepared again; the clock of the preparation goes on.
  Agent unprepared() {
    return copy(it -> {
      it.state = State.ABSENT;
      it.cursor = null;
    });
  }

  Agent resumed(Instant now) {
    return copy(it -> {
      it.state = State.WORKING;
      it.since = now;
      it.signOfLifeAt = now;
      it.suspicion = null;
      it.resumes++;
    });
  }

  /// One more look without a proper answer. For another reason than before it is another silence;
  /// the clocks stood still all the same.
  Agent silent(Reason reason, Instant now) {
    if (silence == null || silence.reason() != reason) {
      return answered(now).copy(it -> it.silence = new Silence(reason, now, 1));
    }
    Silence next = new Silence(reason, silence.since(), silence.looks() + 1);
    return copy(it -> it.silence = next);
  }

  /// The backend answers again: the clocks stood still meanwhile.
  Agent answered(Instant now) {
    if (silence == null) {
      return this;
    }
    Duration lost = Duration.between(silence.since(), now);
    return copy(it -> {
      it.since = since.plus(lost);
      it.signOfLifeAt = signOfLifeAt.plus(lost);
      it.silence = null;
    });
  }

  private Agent copy(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.done();
  }

  /// The same agent while some of it is changed.
  private static final class Copy {

    private State state;
    private @Nullable Conversation conversation;
    private @Nullable String cursor;
    private Instant since;
    private Instant signOfLifeAt;
    private @Nullable Suspicion suspicion;
    private @Nullable Silence silence;
    private @Nullable Instant unclearSince;
    private int resumes;
    private int failedStarts;
    private int told;
    private int userMessages;
    private List<String> mentioned;
    private @Nullable Place place;
    private boolean collected;

    Copy(Agent agent) {
      state = agent.state;
      conversation = agent.conversation;
      cursor = agent.cursor;
      since = agent.since;
      signOfLifeAt = agent.signOfLifeAt;
      suspicion = agent.suspicion;
      silence = agent.silence;
      unclearSince = agent.unclearSince;
      resumes = agent.resumes;
      failedStarts = agent.failedStarts;
      told = agent.told;
      userMessages = agent.userMessages;
      mentioned = agent.mentioned;
      place = agent.place;
      collected = agent.collected;
    }

    Agent done() {
      return new Agent(
          state,
          conversation,
          cursor,
          since,
          signOfLifeAt,
          suspicion,
          silence,
          unclearSince,
          resumes,
          failedStarts,
          told,
          userMessages,
          mentioned,
          place,
          collected);
    }
  }
}
