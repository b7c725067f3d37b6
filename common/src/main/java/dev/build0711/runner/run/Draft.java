package dev.build0711.runner.run;

import dev.build0711.runner.run.Transition.Moved;
import dev.build0711.runner.run.Transition.Refused;
import dev.build0711.runner.run.Transition.Unchanged;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One transition in the making: the run as it becomes, and what happens to it on the way.
final class Draft {

  private final Run before;
  private final Instant now;
  private final boolean besideLook;
  private final List<RunEvent> events = new ArrayList<>();
  private Run run;
  private @Nullable String refusal;

  /// @param besideLook whether somebody else decides this than a look: one may be under way whose
  ///   answers nobody knows yet
  Draft(Run before, Instant now, boolean besideLook) {
    this.before = before;
    this.now = now;
    this.besideLook = besideLook;
    this.run = before;
  }

  Run run() {
    return run;
  }

  Agent agent() {
    return run.agent();
  }

  Instant now() {
    return now;
  }

  void set(Run next) {
    run = next;
  }

  void set(Agent next) {
    run = run.with(next);
  }

  void agentIs(Agent.State state) {
    set(agent().withState(state, now));
  }

  void refuse(String why) {
    refusal = why;
  }

  void event(RunEvent.Type type, Map<String, Object> data) {
    events.add(new RunEvent(type, now, data));
  }

  /// Moves the run to a status that needs no phase.
  void move(RunStatus to, @Nullable Reason reason) {
    move(to, reason, null);
  }

  /// Moves the run. The one place where a status changes: it keeps the times, the percent and the
  /// history right.
  void move(RunStatus to, @Nullable Reason reason, @Nullable Phase phase) {
    Standing old = run.standing();
    if (old.status() == to && old.phase() == phase && code(old) == reason) {
      return;
    }
    boolean starts = old.startedAt() == null && to == RunStatus.RUNNING;
    boolean corrects = old.status().terminal() && to != old.status();
    run =
        run.with(
            new Standing(
                to,
                reason == null ? null : new StatusReason(reason, now),
                phase,
                corrects ? old.revision() + 1 : old.revision(),
                starts ? now : old.startedAt(),
                to.terminal() ? now : null,
                starts ? now.plus(run.spec().timeout()) : old.deadlineAt()));
    if (to.terminal() || to == RunStatus.CANCELLING) {
      Mail.presumed(this, besideLook ? 0 : 1);
    }
    if (to.terminal()) {
      Mail.returned(this);
      nobodyAnswers();
    }
    int percentBefore = run.work().progress().percent();
    raisePercent(to == RunStatus.COMPLETED ? 100 : Percent.of(phase));
    if (old.status() != to) {
      event(corrects ? RunEvent.Type.RUN_CORRECTED : RunEvent.Type.RUN_MOVED, moved(old, reason));
    } else if (old.phase() != phase || percentBefore != run.work().progress().percent()) {
      progressed();
    }
  }

  /// An agent that waits for somebody when its run ends has stopped: what it left can be fetched,
  /// and its sandbox be given back.
  private void nobodyAnswers() {
    if (agent().state() == Agent.State.WAITING) {
      agentIs(Agent.State.STOPPED);
    }
  }

  /// Says why the run stays where it is; null when there is nothing to say any more.
  void explain(@Nullable StatusReason reason) {
    Standing old = run.standing();
    run =
        run.with(
            new Standing(
                old.status(),
                reason,
                old.phase(),
                old.revision(),
                old.startedAt(),
                old.finishedAt(),
                old.deadlineAt()));
  }

  void raisePercent(int percent) {
    run = run.with(run.work().withProgress(run.work().progress().atLeast(percent)));
  }

  /// Tells how far the run is: once, however often something moves on in one transition.
  void progressed() {
    events.removeIf(event -> event.type() == RunEvent.Type.RUN_PROGRESSED);
    Map<String, Object> data = new LinkedHashMap<>();
    Progress progress = run.work().progress();
    data.put("percent", progress.percent());
    Phase phase = run.standing().phase();
    if (phase != null) {
      data.put("phase", phase.toString());
    }
    data.put("done", progress.done());
    data.put("total", progress.total());
    event(RunEvent.Type.RUN_PROGRESSED, data);
  }

  Transition transition() {
    if (refusal != null) {
      return new Refused(refusal);
    }
    keepPlaceRight();
    return events.isEmpty() && run.equals(before)
        ? new Unchanged()
        : new Moved(run.updated(events.size(), now), events);
  }

  /// A place is held exactly as long as an agent may use it.
  private void keepPlaceRight() {
    Agent agent = agent();
    boolean asked = besideLook ? run.agentMayBeStarted() : run.agentMayWork();
    boolean over = run.status().terminal() && agent.state().unstarted() && !asked;
    if (agent.place() != null && (over || !agent.usesPlace())) {
      set(agent.withPlace(null));
    } else if (agent.place() == null && agent.conversation() != null && agent.mayWork()) {
      set(agent.withPlace(new Place(agent.conversation().backend(), run.schedule().pollEpoch())));
    }
  }

  private Map<String, Object> moved(Standing old, @Nullable Reason reason) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("from", old.status().toString());
    data.put("to", run.status().toString());
    if (reason != null) {
      data.put("reason", reason.toString());
    }
    return data;
  }

  private static @Nullable Reason code(Standing standing) {
    return standing.reason() == null ? null : standing.reason().code();
  }
}
