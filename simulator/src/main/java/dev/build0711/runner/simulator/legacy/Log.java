package dev.build0711.runner.simulator.legacy;

import dev.build0711.runner.simulator.legacy.Entry.Consent;
import dev.build0711.runner.simulator.scenario.Act;
import dev.build0711.runner.simulator.scenario.ExecutionStatus;
import dev.build0711.runner.simulator.scenario.Happening;
import dev.build0711.runner.simulator.scenario.Happening.BrokenBy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The events of a conversation, made from what happens in it in the order in which V0 writes them.
/// What V0 does not write, such as that a restart cut an agent off, is left out.
final class Log {

  private final List<Entry> entries = new ArrayList<>();
  private final int maxIterations;
  private AgentState state = AgentState.LOADING;
  private boolean prompted;
  private boolean opening;
  private int announced;
  private int acted = -1;
  private int exhausted;

  Log(int maxIterations) {
    this.maxIterations = maxIterations;
  }

  /// All events, oldest first; not a copy.
  List<Entry> entries() {
    return Collections.unmodifiableList(entries);
  }

  /// The newest state that was told.
  AgentState state() {
    return state;
  }

  /// The agent is being started, with a message of its own or without.
  void loads(boolean withMessage, Instant at) {
    opening = withMessage;
    tell(AgentState.LOADING, "", at);
  }

  /// The agent is up and has nothing to do.
  void idles(Instant at) {
    prompt(at);
    entries.add(new Entry.Ordered(at, false, AgentState.AWAITING_USER_INPUT.toString()));
    enter(AgentState.AWAITING_USER_INPUT, at);
  }

  /// The user's order to enter a state, which is not followed yet.
  void ordered(String wanted, Instant at) {
    entries.add(new Entry.Ordered(at, true, wanted));
  }

  /// The user answers for the act that waits for consent.
  void answered(Consent consent, Instant at) {
    Entry.Acted asked = (Entry.Acted) entries.get(acted);
    acted = entries.size();
    entries.add(new Entry.Acted(at, asked.call(), asked.act(), consent));
    if (consent == Consent.CONFIRMED) {
      enter(AgentState.USER_CONFIRMED, at);
      return;
    }
    enter(AgentState.USER_REJECTED, at);
    entries.add(new Entry.Refused(at, acted, asked.call(), asked.act()));
    enter(AgentState.AWAITING_USER_INPUT, at);
  }

  /// The agent enters a state, which is told if it is another one.
  void enter(AgentState next, Instant at) {
    if (next != state) {
      tell(next, "", at);
    }
  }

  /// The user writes to a working agent, which takes the message up later.
  void announce(String text, Instant at) {
    announced++;
    wrote(text, at);
  }

  /// Writes down what has happened since the last time.
  void add(List<Happening> happened) {
    for (int i = 0; i < happened.size(); i++) {
      boolean waits =
          i + 1 < happened.size()
              && happened.get(i + 1) instanceof Happening.StatusChanged(var _, var status)
              && status == ExecutionStatus.WAITING_FOR_CONFIRMATION;
      add(happened.get(i), waits);
    }
  }

  private void add(Happening happening, boolean waits) {
    Instant at = happening.at();
    switch (happening) {
      case Happening.UserWrote wrote -> userWrote(wrote.text(), at);
      case Happening.StatusChanged changed -> statusChanged(changed.status(), at);
      case Happening.Began began -> began(began, waits);
      case Happening.Ended ended -> ended(ended);
      case Happening.Broken broken -> broken(broken);
      case Happening.AgentWrote wrote -> {
        entries.add(new Entry.AgentWrote(at, wrote.call(), wrote.text()));
        enter(AgentState.AWAITING_USER_INPUT, at);
      }
      case Happening.Failed failed -> failed(failed);
      case Happening.Prompted _,
          Happening.NewestMessage _,
          Happening.Used _,
          Happening.Rejected _,
          Happening.Paused _,
          Happening.Interrupted _ -> {}
    }
  }

  private void userWrote(String text, Instant at) {
    if (announced > 0) {
      announced--;
    } else {
      wrote(text, at);
    }
  }

  private void wrote(String text, Instant at) {
    boolean first = prompt(at);
    entries.add(new Entry.UserWrote(at, text, opening));
    if (opening) {
      entries.add(new Entry.Ordered(at, false, AgentState.RUNNING.toString()));
    }
    opening = false;
    int recall = entries.size();
    entries.add(new Entry.Recalled(at, text, first));
    if (state != AgentState.USER_CONFIRMED) {
      enter(AgentState.RUNNING, at);
    }
    entries.add(new Entry.Remembered(at, recall, first));
  }

  /// Tells the agent what it is, once.
  private boolean prompt(Instant at) {
    boolean first = !prompted;
    if (first) {
      entries.add(new Entry.Prompted(at));
    }
    prompted = true;
    return first;
  }

  private void statusChanged(ExecutionStatus status, Instant at) {
    switch (status) {
      case RUNNING -> {
        if (state != AgentState.USER_CONFIRMED) {
          enter(AgentState.RUNNING, at);
        }
      }
      case STUCK -> tell(AgentState.ERROR, "AgentStuckInLoopError: Agent got stuck in a loop", at);
      case IDLE, PAUSED, WAITING_FOR_CONFIRMATION, FINISHED, ERROR -> {}
    }
  }

  private void began(Happening.Began began, boolean waits) {
    if (began.act() instanceof Act.Finish) {
      return;
    }
    if (waits) {
      enter(AgentState.AWAITING_USER_CONFIRMATION, began.at());
    }
    acted = entries.size();
    Consent consent = waits ? Consent.AWAITED : Consent.CONFIRMED;
    entries.add(new Entry.Acted(began.at(), began.call(), began.act(), consent));
  }

  private void ended(Happening.Ended ended) {
    Instant at = ended.at();
    if (ended.act() instanceof Act.Finish) {
      entries.add(new Entry.Acted(at, ended.call(), ended.act(), Consent.CONFIRMED));
      enter(AgentState.FINISHED, at);
      return;
    }
    entries.add(new Entry.Came(at, acted, ended.call(), ended.act()));
    if (state == AgentState.USER_CONFIRMED) {
      enter(AgentState.RUNNING, at);
    }
  }

  private void broken(Happening.Broken broken) {
    if (broken.by() == BrokenBy.INTERRUPT && !(broken.act() instanceof Act.Finish)) {
      entries.add(new Entry.Cut(broken.at(), acted, broken.call(), broken.act()));
    }
  }

  private void failed(Happening.Failed failed) {
    if (failed.failure().code().equals("MaxIterationsReached")) {
      exhausted++;
    }
    Reason reason = Reason.of(failed.failure(), exhausted * maxIterations);
    tell(reason.state(), reason.text(), failed.at());
  }

  private void tell(AgentState next, String reason, Instant at) {
    state = next;
    entries.add(new Entry.StateChanged(at, next, reason));
  }
}
