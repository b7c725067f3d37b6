package dev.build0711.runner.run;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What follows from a caller's message and from its way to the agent.
final class Mail {

  private Mail() {}

  static void accepted(Draft draft, Message message) {
    switch (draft.run().status()) {
      case RUNNING, AWAITING_INPUT -> {
        draft.event(RunEvent.Type.MESSAGE_ACCEPTED, Map.of("message", message.seq()));
        if (!draft.run().hasMail()) {
          draft.set(draft.run().with(message));
        }
      }
      case QUEUED -> draft.refuse("the agent has not been started");
      case CANCELLING, COMPLETED, FAILED, CANCELLED, TIMED_OUT ->
          draft.refuse("the run ends or has ended");
    }
  }

  /// The agent has the message: whatever status it had before is an old one.
  static void taken(Draft draft, @Nullable String cursor) {
    BackendWitness.answered(draft);
    if (!draft.run().hasMail()) {
      takenLate(draft, cursor);
      return;
    }
    draft.set(draft.agent().told(cursor, draft.now()));
    settle(draft, Message.State.DELIVERED, RunEvent.Type.MESSAGE_DELIVERED);
    switch (draft.run().status()) {
      case QUEUED, RUNNING, AWAITING_INPUT -> draft.move(RunStatus.RUNNING, null, Phase.WORKING);
      case CANCELLING, COMPLETED, FAILED, CANCELLED, TIMED_OUT -> {
        // the agent will be stopped
      }
    }
  }

  /// A message that was on its way when its run ended counts as refused, but has set the agent
  /// going.
  private static void takenLate(Draft draft, @Nullable String cursor) {
    if (draft.run().status().terminal()) {
      draft.set(draft.agent().told(cursor, draft.now()));
    } else {
      draft.refuse("no message waits to be sent");
    }
  }

  static void unclear(Draft draft, boolean sent, @Nullable String cursor) {
    BackendWitness.answered(draft);
    if (cursor != null) {
      draft.set(draft.agent().withCursor(cursor));
    }
    if (sent) {
      tried(draft);
    }
  }

  /// A message that an earlier look may have sent is refused where the agent has it already, and so
  /// works: a consent, for instance, when nothing waits for leave any more.
  static void refused(Draft draft) {
    BackendWitness.answered(draft);
    presumed(draft, 1);
    settle(draft, Message.State.REFUSED, RunEvent.Type.MESSAGE_REFUSED);
  }

  /// The message was sent and may have arrived.
  static void tried(Draft draft) {
    Message message = draft.run().message();
    if (message != null) {
      draft.set(draft.run().with(message.tried(draft.now())));
    }
  }

  /// An agent that rests may have got its message by a look that did not live to tell, and so work:
  /// when its run is to end, that has to be seen.
  ///
  /// @param looks how many looks since the message was accepted have told what they did
  static void presumed(Draft draft, int looks) {
    Message message = draft.run().message();
    if (message == null || !draft.run().hasMail() || !draft.agent().state().rests()) {
      return;
    }
    boolean sent =
        message.triedAt() != null
            || draft.run().schedule().pollEpoch() > message.askedEpoch() + looks;
    if (sent) {
      draft.agentIs(Agent.State.WORKING);
      draft.set(draft.agent().withCollected(false));
    }
  }

  /// Whatever waits for an agent that will not work any more is refused.
  static void returned(Draft draft) {
    settle(draft, Message.State.REFUSED, RunEvent.Type.MESSAGE_REFUSED);
  }

  private static void settle(Draft draft, Message.State state, RunEvent.Type type) {
    Message message = draft.run().message();
    if (message != null && draft.run().hasMail()) {
      draft.set(draft.run().with(message.settled(state)));
      draft.event(type, Map.of("message", message.seq()));
    }
  }
}
