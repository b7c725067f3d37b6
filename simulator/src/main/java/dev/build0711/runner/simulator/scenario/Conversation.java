package dev.build0711.runner.simulator.scenario;

import dev.build0711.runner.simulator.scenario.Happening.BrokenBy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One conversation. It moves only when it is looked at: every method first catches up with what
/// its script has done until `now`, so ten thousand of them need no thread and no timer.
public final class Conversation {

  private static final int LONGEST_HISTORY = 20_000;

  private final UUID id;
  private final Opening opening;
  private final Instant createdAt;
  private final Play play;
  private final List<Happening> history = new ArrayList<>();
  private final Inbox inbox = new Inbox();
  private ExecutionStatus status = ExecutionStatus.IDLE;
  private int began = -1;
  private int calls;
  private int callsOfRun;
  private boolean pauseWanted;
  private @Nullable Instant suspendedAt;
  private Instant due;

  Conversation(UUID id, Opening opening, Director director, String pullRequest, Instant now) {
    this.id = id;
    this.opening = opening;
    this.play = new Play(director, pullRequest);
    this.createdAt = now;
    this.due = now;
  }

  public UUID id() {
    return id;
  }

  public Instant createdAt() {
    return createdAt;
  }

  boolean worksIn(String folder) {
    return opening.workingDir().equals(folder);
  }

  /// What the user's messages have asked for last.
  public synchronized Cue cue() {
    return play.cue();
  }

  /// How the agent is doing at `now`.
  public synchronized ExecutionStatus statusAt(Instant now) {
    catchUp(now);
    return status;
  }

  /// How many of the user's messages until `now` contain `text`.
  synchronized int messages(String text, Instant now) {
    catchUp(now);
    return (int)
        history.stream()
            .filter(h -> h instanceof Happening.UserWrote wrote && wrote.text().contains(text))
            .count();
  }

  /// How the conversation stands at `now`.
  public synchronized Snapshot at(Instant now) {
    catchUp(now);
    Instant updated = history.isEmpty() ? createdAt : history.getLast().at();
    return new Snapshot(
        id, opening, createdAt, updated, status, play.cue(), calls, List.copyOf(history));
  }

  /// What has happened until `now` from the `index`-th happening on.
  public synchronized List<Happening> since(int index, Instant now) {
    catchUp(now);
    int size = history.size();
    return List.copyOf(history.subList(Math.min(index, size), size));
  }

  /// What became of an order to go on.
  public enum Ordered {
    DONE,
    /// It is running already.
    RUNNING
  }

  /// The user writes. A running agent takes the message up when its current step is over.
  ///
  /// @param run whether an agent that does not run is to start
  /// @return when the message is taken up, which is when the real server answers
  public synchronized Instant write(String text, boolean run, Instant now) {
    catchUp(now);
    return take(text, run, now);
  }

  /// The user has written what the agent is to take up once it is up, at `at`. An interrupt or a
  /// restart before that loses it.
  synchronized void plan(String text, Instant at) {
    inbox.plan(text, at);
  }

  private Instant take(String text, boolean run, Instant now) {
    if (status == ExecutionStatus.RUNNING) {
      inbox.add(text);
      return endOfStep();
    }
    boolean followUp = !history.isEmpty();
    if (!followUp) {
      add(new Happening.Prompted(now));
    } else if (status != ExecutionStatus.IDLE) {
      enter(ExecutionStatus.IDLE, now);
    }
    // What still waited for consent is not done any more.
    began = -1;
    read(text, now);
    play.choose(text, followUp);
    if (run) {
      go(now);
    }
    return now;
  }

  /// Sets the agent going: on from where it was cut off, again after an error, with consent where
  /// it waits for that. An agent that has ended stays so.
  public synchronized Ordered run(Instant now) {
    catchUp(now);
    switch (status) {
      case RUNNING -> {
        return Ordered.RUNNING;
      }
      case WAITING_FOR_CONFIRMATION -> agree(now);
      case PAUSED, ERROR -> go(now);
      case IDLE -> {
        if (!history.isEmpty()) {
          go(now);
        }
      }
      case FINISHED, STUCK -> {}
    }
    return Ordered.DONE;
  }

  /// Asks a running agent to pause when its current step is over; lost if that step ends the run.
  ///
  /// @return when the step is over, which is when the real server answers
  public synchronized Instant pause(Instant now) {
    catchUp(now);
    if (status != ExecutionStatus.RUNNING) {
      return now;
    }
    pauseWanted = play.pauses();
    return endOfStep();
  }

  /// Pauses a running agent at once, but lets the tool that it uses come to its outcome.
  public synchronized void hold(Instant now) {
    catchUp(now);
    if (status != ExecutionStatus.RUNNING || !play.pauses()) {
      return;
    }
    if (began < 0) {
      enter(ExecutionStatus.PAUSED, now);
    } else {
      pauseWanted = true;
    }
  }

  /// Takes back a pause that has not come yet.
  public synchronized void unhold(Instant now) {
    catchUp(now);
    pauseWanted = false;
  }

  /// Lets its time stand still, as for a process that is stopped and does not notice.
  public synchronized void suspend(Instant now) {
    catchUp(now);
    if (suspendedAt == null) {
      suspendedAt = now;
    }
  }

  /// Lets its time go on where it was suspended.
  public synchronized void wake(Instant now) {
    catchUp(now);
    if (suspendedAt != null) {
      due = due.plus(Duration.between(suspendedAt, now));
      suspendedAt = null;
    }
  }

  /// Stops a running agent at once.
  public synchronized void interrupt(Instant now) {
    catchUp(now);
    inbox.lose();
    if (status == ExecutionStatus.RUNNING || status == ExecutionStatus.WAITING_FOR_CONFIRMATION) {
      breakTool(BrokenBy.INTERRUPT, now);
      enter(ExecutionStatus.PAUSED, now);
      add(new Happening.Interrupted(now));
    }
  }

  /// Answers an agent that waits for consent.
  public synchronized void respond(boolean accept, String reason, Instant now) {
    catchUp(now);
    if (status != ExecutionStatus.WAITING_FOR_CONFIRMATION) {
      return;
    }
    if (accept) {
      agree(now);
      return;
    }
    enter(ExecutionStatus.IDLE, now);
    add(new Happening.Rejected(now, began, calls, tool(), reason));
    began = -1;
    play.next();
  }

  /// What a kill and a new start of the server leave: a run that was going on is an error without
  /// an error event.
  synchronized void restart(Instant now) {
    catchUp(now);
    inbox.forget();
    if (status == ExecutionStatus.RUNNING) {
      enter(ExecutionStatus.ERROR, now);
      breakTool(BrokenBy.RESTART, now);
    }
  }

  /// When the current step of a running agent is over; `now` for others.
  public synchronized Instant endOfStep(Instant now) {
    catchUp(now);
    return status == ExecutionStatus.RUNNING ? endOfStep() : now;
  }

  /// How long the server takes for each answer about this conversation.
  public synchronized Duration answerTime() {
    return play.answerTime();
  }

  /// The outage that a message brings about, null when none.
  synchronized @Nullable Outage outage(String text) {
    return play.outage(text);
  }

  boolean runsAt(Instant now) {
    return statusAt(now) == ExecutionStatus.RUNNING;
  }

  private void catchUp(Instant present) {
    Instant now = suspendedAt == null ? present : suspendedAt;
    for (var next = inbox.arrived(now); next.isPresent(); next = inbox.arrived(now)) {
      work(next.get().at());
      take(next.get().text(), true, next.get().at());
    }
    work(now);
  }

  private void work(Instant now) {
    while (status == ExecutionStatus.RUNNING && !due.isAfter(now)) {
      if (began < 0) {
        begin(play.beat(), due);
      } else {
        end(tool(), due);
      }
    }
  }

  private void begin(Beat beat, Instant at) {
    switch (beat.act()) {
      case Act.ByTool act -> use(act, beat, at);
      case Act.Say(String text) -> {
        call(at);
        add(new Happening.Used(at, calls));
        add(new Happening.AgentWrote(at, calls, text));
        play.next();
        enter(ExecutionStatus.FINISHED, at);
        goOn(at);
      }
      case Act.Fail(Failure failure) -> {
        play.next();
        fail(failure, at);
      }
      case Act.Stall() -> {
        enter(ExecutionStatus.STUCK, at);
        goOn(at);
      }
    }
  }

  private void use(Act.ByTool act, Beat beat, Instant at) {
    call(at);
    began = history.size();
    add(new Happening.Began(at, calls, act));
    if (beat.asks() || (opening.consent() && act instanceof Act.Command)) {
      enter(ExecutionStatus.WAITING_FOR_CONFIRMATION, at);
    }
    due = at.plus(beat.work());
  }

  private void end(Act.ByTool act, Instant at) {
    add(new Happening.Ended(at, began, calls, act));
    began = -1;
    play.next();
    if (act instanceof Act.Finish) {
      pauseWanted = false;
      enter(ExecutionStatus.FINISHED, at);
      add(new Happening.Used(at, calls));
      goOn(at);
      return;
    }
    add(new Happening.Used(at, calls));
    takeUp(at);
    if (callsOfRun >= opening.maxIterations() || history.size() >= LONGEST_HISTORY) {
      fail(Failure.iterations(opening.maxIterations()), at);
    } else if (pauseWanted) {
      pauseWanted = false;
      enter(ExecutionStatus.PAUSED, at);
      add(new Happening.Paused(at));
    } else {
      due = at.plus(play.beat().think());
    }
  }

  private void takeUp(Instant at) {
    for (String text : inbox.take()) {
      read(text, at);
      if (Cue.in(text).isPresent()) {
        play.choose(text, true);
      }
    }
  }

  private void read(String text, Instant at) {
    add(new Happening.UserWrote(at, text));
    add(new Happening.NewestMessage(at, history.size() - 1));
  }

  private void go(Instant now) {
    callsOfRun = 0;
    pauseWanted = false;
    enter(ExecutionStatus.RUNNING, now);
    due = now.plus(play.beat().think());
  }

  private void agree(Instant now) {
    enter(ExecutionStatus.RUNNING, now);
    due = now.plus(play.beat().work());
  }

  private void fail(Failure failure, Instant at) {
    inbox.take().forEach(text -> read(text, at));
    enter(ExecutionStatus.ERROR, at);
    add(new Happening.Failed(at, failure));
  }

  /// What was written while the run came to its end begins the next one.
  private void goOn(Instant at) {
    inbox.take().forEach(text -> take(text, true, at));
  }

  private void breakTool(BrokenBy by, Instant now) {
    if (began >= 0) {
      add(new Happening.Broken(now, calls, tool(), by));
      began = -1;
      play.next();
    }
  }

  private Act.ByTool tool() {
    return ((Happening.Began) history.get(began)).act();
  }

  private Instant endOfStep() {
    return began < 0 ? due.plus(play.beat().work()) : due;
  }

  private void call(Instant at) {
    calls++;
    callsOfRun++;
    due = at;
  }

  private void enter(ExecutionStatus next, Instant at) {
    status = next;
    add(new Happening.StatusChanged(at, next));
  }

  private void add(Happening happening) {
    history.add(happening);
  }
}
