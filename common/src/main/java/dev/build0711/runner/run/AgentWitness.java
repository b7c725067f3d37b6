package dev.build0711.runner.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What follows from a look at the agent.
final class AgentWitness {

  private AgentWitness() {}

  static void seen(Draft draft, AgentLook look) {
    if (draft.agent().conversation() == null) {
      draft.refuse("no conversation of the run is known");
      return;
    }
    BackendWitness.answered(draft);
    draft.set(draft.agent().withUnclearSince(null));
    absorb(draft, look);
    switch (look.status()) {
      case AgentStatus.Starting _ -> {
        // the start clock runs
      }
      case AgentStatus.Working _ -> working(draft);
      case AgentStatus.Waiting(Reason why) -> waiting(draft, why);
      case AgentStatus.Finished _ -> finished(draft);
      case AgentStatus.Failed(Reason why) ->
          suspected(draft, why, () -> ended(draft, Agent.State.FAILED, why));
      case AgentStatus.NeverStarted(Reason why) ->
          suspected(draft, why, () -> neverStarted(draft, why));
      case AgentStatus.Interrupted _ -> interrupted(draft);
      case AgentStatus.Unknown(String word) -> unknown(draft, look, word);
    }
  }

  static void resumed(Draft draft, @Nullable String cursor) {
    BackendWitness.answered(draft);
    Conversation conversation = draft.agent().conversation();
    if (draft.agent().state() != Agent.State.INTERRUPTED || conversation == null) {
      draft.refuse("the agent was not interrupted");
      return;
    }
    draft.set(draft.agent().resumed(draft.now()).withCursor(cursor));
    draft.set(
        draft
            .run()
            .with(
                new Attempt(
                    Attempt.Kind.RESUME, draft.now(), conversation.backend(), conversation.id())));
    draft.event(RunEvent.Type.CONVERSATION_RESUMED, Map.of("resumes", draft.agent().resumes()));
  }

  /// The backend answers, but not for this conversation.
  static void missing(Draft draft) {
    if (draft.agent().state() == Agent.State.PREPARING) {
      BackendWitness.answered(draft);
      draft.set(draft.agent().unprepared());
      return;
    }
    if (draft.agent().state().unstarted()) {
      neverBegun(draft);
      return;
    }
    BackendWitness.silent(draft, Reason.CONVERSATION_MISSING);
    Agent.Silence silence = draft.agent().silence();
    if (silence == null
        || silence.looks() < RunLifecycle.MISSING_LOOKS
        || Duration.between(silence.since(), draft.now()).compareTo(RunLifecycle.MISSING_FOR) < 0) {
      return;
    }
    if (draft.agent().state().ended()) {
      nothingLeft(draft);
    } else {
      ended(draft, Agent.State.LOST, Reason.CONVERSATION_LOST);
    }
  }

  /// What an agent left was lost with its conversation.
  static void nothingLeft(Draft draft) {
    if (!draft.agent().collected()) {
      draft.set(draft.agent().withCollected(true));
      draft.event(RunEvent.Type.RESULTS_LOST, Map.of());
    }
  }

  /// A search for a start that is no longer wanted found nothing, so that nothing was left either.
  private static void neverBegun(Draft draft) {
    BackendWitness.answered(draft);
    draft.set(draft.agent().withUnclearSince(null).withPlace(null));
    if (draft.agent().state() == Agent.State.PREPARED) {
      draft.agentIs(Agent.State.STOPPED);
      draft.set(draft.agent().withCollected(true));
    }
  }

  /// What the agent left was fetched.
  static void collected(Draft draft, Evidence.ResultsCollected found) {
    BackendWitness.answered(draft);
    draft.set(draft.agent().withCollected(true));
    Work work = draft.run().work();
    draft.set(
        draft
            .run()
            .with(
                new Work(
                    work.progress(),
                    work.usage(),
                    work.result().found(found.branch(), found.commit(), found.changes()))));
    draft.event(RunEvent.Type.RESULTS_COLLECTED, Map.of("changes", found.changes().size()));
  }

  private static void working(Draft draft) {
    draft.agentIs(Agent.State.WORKING);
    draft.set(draft.agent().withSuspicion(null));
    Reason spent = Budget.spent(draft.run());
    switch (draft.run().status()) {
      case QUEUED, RUNNING, AWAITING_INPUT -> {
        draft.move(RunStatus.RUNNING, null, Phase.WORKING);
        if (spent != null) {
          draft.move(RunStatus.FAILED, spent);
        }
      }
      case CANCELLING, COMPLETED, FAILED, CANCELLED, TIMED_OUT -> {
        // it is being stopped, or may go on for what is left to learn of it
      }
    }
  }

  private static void waiting(Draft draft, Reason why) {
    draft.set(draft.agent().withSuspicion(null));
    switch (draft.run().status()) {
      case QUEUED, RUNNING, AWAITING_INPUT -> {
        draft.agentIs(Agent.State.WAITING);
        draft.move(RunStatus.AWAITING_INPUT, why);
      }
      case CANCELLING -> {
        draft.agentIs(Agent.State.STOPPED);
        draft.move(RunStatus.CANCELLED, Reason.CANCEL_REQUESTED);
      }
      case COMPLETED, FAILED, CANCELLED, TIMED_OUT -> draft.agentIs(Agent.State.STOPPED);
    }
  }

  private static void finished(Draft draft) {
    draft.set(draft.agent().withSuspicion(null));
    if (draft.agent().state() == Agent.State.FINISHED) {
      return;
    }
    draft.agentIs(Agent.State.FINISHED);
    draft.event(RunEvent.Type.AGENT_ENDED, Map.of("agent", "finished"));
    boolean satisfied = RunLifecycle.satisfied(draft.run());
    switch (draft.run().status()) {
      case QUEUED, RUNNING, AWAITING_INPUT -> done(draft, satisfied);
      case CANCELLING ->
          draft.move(
              satisfied ? RunStatus.COMPLETED : RunStatus.CANCELLED,
              satisfied ? null : Reason.CANCEL_REQUESTED);
      case FAILED, TIMED_OUT -> {
        if (satisfied && givenUp(draft.run().standing())) {
          draft.move(RunStatus.COMPLETED, null);
        }
      }
      case COMPLETED, CANCELLED -> {
        // ended before
      }
    }
  }

  private static void done(Draft draft, boolean satisfied) {
    if (satisfied) {
      draft.move(RunStatus.COMPLETED, null);
    } else if (RunLifecycle.closedForGood(draft.run())) {
      draft.move(RunStatus.FAILED, Reason.PULL_REQUEST_CLOSED);
    } else if (draft.run().spec().completeOn() == CompleteOn.MERGE) {
      draft.move(RunStatus.RUNNING, null, Phase.AWAITING_MERGE);
    } else {
      draft.move(RunStatus.RUNNING, null, Phase.FINALIZING);
    }
  }

  /// Whether the run had been given up as lost or late, so that a finish seen later corrects the
  /// verdict.
  private static boolean givenUp(Standing standing) {
    return standing.status() == RunStatus.TIMED_OUT
        || (standing.reason() != null
            && (standing.reason().code() == Reason.CONVERSATION_LOST
                || standing.reason().code() == Reason.AGENT_INTERRUPTED));
  }

  /// A bad end counts when a second look agrees: backends show old statuses for a moment.
  private static void suspected(Draft draft, Reason why, Runnable confirmed) {
    if (draft.agent().state() == Agent.State.FAILED) {
      return;
    }
    Agent.Suspicion before = draft.agent().suspicion();
    if (before == null || before.reason() != why) {
      draft.set(draft.agent().withSuspicion(new Agent.Suspicion(why, draft.now())));
    } else if (Evidence.Clocks.due(before.since(), RunLifecycle.CONFIRMATION, draft.now())) {
      draft.set(draft.agent().withSuspicion(null));
      confirmed.run();
    }
  }

  /// A start that came to nothing is tried once more, as another conversation.
  private static void neverStarted(Draft draft, Reason why) {
    boolean again =
        draft.run().status() == RunStatus.RUNNING
            && draft.agent().failedStarts() + 1 < RunLifecycle.MAX_STARTS;
    if (again) {
      draft.set(draft.agent().neverStarted(draft.now()));
      draft.event(
          RunEvent.Type.AGENT_ENDED, Map.of("agent", "never_started", "reason", why.toString()));
    } else {
      ended(draft, Agent.State.FAILED, why);
    }
  }

  private static void interrupted(Draft draft) {
    switch (draft.run().status()) {
      case QUEUED, RUNNING, AWAITING_INPUT -> {
        if (draft.agent().resumes() >= RunLifecycle.MAX_RESUMES) {
          ended(draft, Agent.State.FAILED, Reason.AGENT_INTERRUPTED);
        } else {
          draft.agentIs(Agent.State.INTERRUPTED);
        }
      }
      case CANCELLING, COMPLETED, FAILED, CANCELLED, TIMED_OUT ->
          ended(draft, Agent.State.STOPPED, Reason.CANCEL_REQUESTED);
    }
  }

  /// The agent will not work any more.
  private static void ended(Draft draft, Agent.State state, Reason why) {
    draft.set(draft.agent().withUnclearSince(null));
    draft.agentIs(state);
    draft.event(
        RunEvent.Type.AGENT_ENDED, Map.of("agent", state.toString(), "reason", why.toString()));
    switch (draft.run().status()) {
      case QUEUED, RUNNING, AWAITING_INPUT -> draft.move(RunStatus.FAILED, why);
      case CANCELLING -> draft.move(RunStatus.CANCELLED, Reason.CANCEL_REQUESTED);
      case COMPLETED, FAILED, CANCELLED, TIMED_OUT -> {
        // ended before
      }
    }
  }

  private static void unknown(Draft draft, AgentLook look, String word) {
    if (look.news()) {
      draft.event(RunEvent.Type.AGENT_STATUS_UNKNOWN, Map.of("status", word));
    }
  }

  /// Takes over what the look showed of the work, whatever it means for the status.
  private static void absorb(Draft draft, AgentLook look) {
    Agent agent = draft.agent().withCursor(look.cursor());
    if (look.news()) {
      agent = agent.withSignOfLife(draft.now());
    }
    int expected = 1 + agent.told() + (draft.run().hasMail() ? 1 : 0);
    if (look.userMessages() > expected && agent.userMessages() <= expected) {
      draft.event(RunEvent.Type.CONVERSATION_DOUBLED, Map.of("user_messages", look.userMessages()));
    }
    draft.set(agent.withUserMessages(look.userMessages()));
    version(draft, look.version());
    mention(draft, look.links());
    work(draft, look);
  }

  /// Notices that the backend was replaced under the conversation.
  private static void version(Draft draft, @Nullable String seen) {
    Conversation conversation = draft.agent().conversation();
    if (conversation == null || seen == null || seen.equals(conversation.version())) {
      return;
    }
    String before = conversation.version();
    draft.set(draft.agent().at(conversation.at(seen)));
    if (before != null) {
      draft.event(RunEvent.Type.BACKEND_CHANGED, Map.of("from", before, "to", seen));
    }
  }

  private static void work(Draft draft, AgentLook look) {
    Work old = draft.run().work();
    Progress was = old.progress();
    List<Progress.Task> tasks = look.tasks() == null ? was.tasks() : look.tasks();
    Integer max = look.maxIterations() == null ? was.maxIterations() : look.maxIterations();
    Progress seen = new Progress(was.percent(), tasks, look.iterations(), max, was.updatedAt());
    if (!seen.equals(was)) {
      seen =
          new Progress(was.percent(), seen.tasks(), look.iterations(), max, draft.now())
              .atLeast(Percent.of(seen.done(), seen.total()));
    }
    Result result = look.lastWords() == null ? old.result() : old.result().saying(look.lastWords());
    draft.set(draft.run().with(new Work(seen, look.usage(), result)));
    if (seen.percent() != was.percent()
        || seen.done() != was.done()
        || seen.total() != was.total()) {
      draft.progressed();
    }
  }

  /// Keeps the pull requests that the agent named by itself; a delivery may show that one is the
  /// run's.
  private static void mention(Draft draft, List<String> links) {
    Set<String> all = new LinkedHashSet<>(draft.agent().mentioned());
    for (String url : links) {
      if (all.size() < Agent.MAX_MENTIONED
          && !draft.run().spec().compiledPrompt().contains(url)
          && all.add(url)) {
        draft.event(RunEvent.Type.PULL_REQUEST_MENTIONED, Map.of("url", url));
      }
    }
    draft.set(draft.agent().withMentioned(new ArrayList<>(all)));
  }
}
