package dev.build0711.runner.run;

import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.Prepared;
import dev.build0711.runner.run.Evidence.Preparing;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What follows from a backend's answers to the runner's own orders: prepare, start.
final class BackendWitness {

  private BackendWitness() {}

  static void preparing(Draft draft, Preparing evidence) {
    answered(draft);
    switch (draft.agent().state()) {
      case ABSENT -> {
        // prepared anew after the backend forgot, the clock of the first time goes on
        boolean anew = draft.agent().conversation() != null;
        draft.set(
            draft
                .agent()
                .withConversation(evidence.conversation(), evidence.cursor(), draft.now()));
        draft.set(
            anew
                ? draft.agent().again(Agent.State.PREPARING)
                : draft.agent().withState(Agent.State.PREPARING, draft.now()));
        runs(draft, Phase.PREPARING);
      }
      case PREPARING -> draft.set(draft.agent().withCursor(evidence.cursor()));
      case PREPARED, STARTING, WORKING, WAITING, INTERRUPTED, FINISHED, FAILED, STOPPED, LOST -> {
        // past that
      }
    }
  }

  static void prepared(Draft draft, Prepared evidence) {
    answered(draft);
    switch (draft.agent().state()) {
      case ABSENT, PREPARING -> {
        draft.set(
            draft
                .agent()
                .withConversation(evidence.conversation(), evidence.cursor(), draft.now())
                .again(Agent.State.PREPARED));
        runs(draft, Phase.PREPARING);
      }
      case PREPARED, STARTING, WORKING, WAITING, INTERRUPTED, FINISHED, FAILED, STOPPED, LOST -> {
        // told before
      }
    }
  }

  static void started(Draft draft, ConversationStarted evidence) {
    answered(draft);
    switch (draft.agent().state()) {
      case ABSENT, PREPARING, PREPARED -> {
        Conversation conversation = evidence.conversation();
        draft.set(
            draft
                .agent()
                .withConversation(conversation, evidence.cursor(), draft.now())
                .withState(Agent.State.STARTING, draft.now()));
        draft.set(draft.run().with(attempt(draft, conversation)));
        draft.event(
            RunEvent.Type.CONVERSATION_STARTED,
            Map.of("backend", conversation.backend(), "conversation_id", conversation.id()));
        runs(draft, Phase.STARTING);
      }
      case STARTING, WORKING, WAITING, INTERRUPTED, FINISHED, FAILED, STOPPED, LOST -> {
        // told before
      }
    }
  }

  /// The backend will never do what was asked of it: nothing works for this run.
  static void refused(Draft draft, Reason why) {
    answered(draft);
    switch (draft.agent().state()) {
      case ABSENT, PREPARING, PREPARED -> draft.agentIs(Agent.State.FAILED);
      case STARTING, WORKING, WAITING, INTERRUPTED, FINISHED, FAILED, STOPPED, LOST -> {
        draft.refuse("the conversation has been started");
        return;
      }
    }
    switch (draft.run().status()) {
      case QUEUED, RUNNING, AWAITING_INPUT -> draft.move(RunStatus.FAILED, why);
      case CANCELLING -> draft.move(RunStatus.CANCELLED, Reason.CANCEL_REQUESTED);
      case COMPLETED, FAILED, CANCELLED, TIMED_OUT -> {
        // ended before
      }
    }
  }

  /// The backend's own limit was met: a run that has not begun there may go elsewhere.
  static void full(Draft draft) {
    answered(draft);
    if (draft.run().hasMail() && !draft.agent().state().unstarted()) {
      Mail.tried(draft);
    }
    unbind(draft);
    explain(draft, Reason.BACKEND_FULL);
  }

  static void noPlace(Draft draft, @Nullable Reason trouble) {
    explain(draft, trouble == null ? Reason.BACKEND_FULL : trouble);
  }

  static void unclear(Draft draft, @Nullable Conversation conversation) {
    Agent agent = draft.agent();
    Agent bound =
        conversation == null
            ? agent
            : agent.withConversation(conversation, agent.cursor(), draft.now());
    draft.set(bound.withUnclearSince(draft.now()));
    draft.set(draft.run().with(attempt(draft, conversation)));
    explain(draft, Reason.START_UNCLEAR);
  }

  static void silent(Draft draft, Reason why) {
    Agent.Silence before = draft.agent().silence();
    if (before == null || before.reason() != why) {
      draft.event(RunEvent.Type.BACKEND_SILENT, Map.of("reason", why.toString()));
    }
    draft.set(draft.agent().silent(why, draft.now()));
    unbind(draft);
    explain(draft, why);
  }

  /// Gives back the place of a run for which no backend has done anything yet.
  private static void unbind(Draft draft) {
    Agent agent = draft.agent();
    if (agent.state() == Agent.State.ABSENT
        && agent.conversation() == null
        && agent.failedStarts() == 0
        && !draft.run().agentMayWork()) {
      draft.set(agent.withPlace(null));
    }
  }

  /// The backend gave a proper answer, whatever it was.
  static void answered(Draft draft) {
    Agent.Silence silence = draft.agent().silence();
    if (silence != null) {
      draft.set(draft.agent().answered(draft.now()));
      Instant since = silence.since().truncatedTo(ChronoUnit.MILLIS);
      draft.event(RunEvent.Type.BACKEND_ANSWERED, Map.of("silent_since", since.toString()));
    }
    StatusReason reason = draft.run().standing().reason();
    if (reason != null && passing(reason.code())) {
      draft.explain(null);
    }
  }

  /// Takes a run that waits for its agent on to RUNNING.
  private static void runs(Draft draft, Phase phase) {
    switch (draft.run().status()) {
      case QUEUED, RUNNING, AWAITING_INPUT -> draft.move(RunStatus.RUNNING, null, phase);
      case CANCELLING, COMPLETED, FAILED, CANCELLED, TIMED_OUT -> {
        // the agent will be stopped
      }
    }
  }

  private static void explain(Draft draft, Reason why) {
    switch (draft.run().status()) {
      case QUEUED, RUNNING -> {
        StatusReason old = draft.run().standing().reason();
        if (old == null || old.code() != why) {
          draft.explain(new StatusReason(why, draft.now()));
        }
      }
      case AWAITING_INPUT, CANCELLING, COMPLETED, FAILED, CANCELLED, TIMED_OUT -> {
        // these have a reason of their own
      }
    }
  }

  private static Attempt attempt(Draft draft, @Nullable Conversation conversation) {
    if (conversation != null) {
      return new Attempt(
          Attempt.Kind.START, draft.now(), conversation.backend(), conversation.id());
    }
    Place place = draft.agent().place();
    return new Attempt(Attempt.Kind.START, draft.now(), place == null ? "" : place.backend(), null);
  }

  /// Whether a reason only tells that a backend could not be asked, or its answer not be taken in:
  /// it goes when the backend answers.
  private static boolean passing(Reason reason) {
    return switch (reason) {
      case BACKEND_UNREACHABLE,
          BACKEND_UNAUTHORIZED,
          BACKEND_ERROR,
          BACKEND_BAD_ANSWER,
          BACKEND_CHANGED,
          BACKEND_FULL,
          CONVERSATION_MISSING,
          START_UNCLEAR,
          SET_ASIDE ->
          true;
      case ANSWERED_IN_TEXT,
          CONFIRMATION_WANTED,
          PAUSED,
          START_REFUSED,
          START_FAILED,
          OPTION_UNSUPPORTED,
          PROFILE_UNKNOWN,
          CLONE_FAILED,
          CONVERSATION_LOST,
          AGENT_ERROR,
          AGENT_REJECTED,
          SANDBOX_FAILED,
          AGENT_STUCK,
          AGENT_INTERRUPTED,
          ITERATION_LIMIT,
          BUDGET_LIMIT,
          LLM_AUTHENTICATION,
          LLM_QUOTA,
          LLM_UNAVAILABLE,
          LLM_REFUSED,
          CONTEXT_LIMIT,
          NO_PULL_REQUEST,
          PULL_REQUEST_CLOSED,
          NEVER_STARTED,
          START_TIMEOUT,
          STALLED,
          RUN_TIMEOUT,
          CANCEL_REQUESTED,
          STOP_UNCONFIRMED ->
          false;
    };
  }
}
