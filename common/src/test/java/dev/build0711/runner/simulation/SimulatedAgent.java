package dev.build0711.runner.simulation;

import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.RunId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A conversation on a backend and the agent in it.
final class SimulatedAgent {

  /// What the agent does.
  enum Does {
    NOTHING_YET,
    WORKS,
    ANSWERED,
    ASKS,
    PAUSED,
    FINISHED,
    FAILED,
    CUT_OFF,
    NEVER_STARTED
  }

  private final String id;
  private final RunId run;
  private final int attempt;
  private final Instant hiddenUntil;
  private final List<String> texts = new ArrayList<>();
  private final List<String> inFlight = new ArrayList<>();
  private Does does = Does.NOTHING_YET;
  private int stepsLeft;
  private int stepsDone;
  private int news = 1;
  private boolean dead;
  private boolean misreported;
  private boolean overbooked;
  private boolean stopping;
  private boolean waking;
  private boolean finishedOnce;

  /// @param hiddenUntil until then nobody can tell whose conversation it is
  SimulatedAgent(
      String id, RunId run, int attempt, String prompt, int steps, @Nullable Instant hiddenUntil) {
    this.id = id;
    this.run = run;
    this.attempt = attempt;
    this.stepsLeft = steps;
    this.hiddenUntil = hiddenUntil == null ? Instant.MIN : hiddenUntil;
    texts.add(prompt);
  }

  String id() {
    return id;
  }

  RunId run() {
    return run;
  }

  int attempt() {
    return attempt;
  }

  boolean hidden(Instant now) {
    return hiddenUntil.isAfter(now);
  }

  List<String> texts() {
    return texts;
  }

  int news() {
    return news;
  }

  int stepsDone() {
    return stepsDone;
  }

  Does does() {
    return does;
  }

  /// Whether it does something by itself, now or when it begins.
  boolean atWork() {
    return !dead && (does == Does.NOTHING_YET || does == Does.WORKS);
  }

  /// Whether its backend has told something wrong about it.
  boolean misreported() {
    return misreported;
  }

  void misreport() {
    misreported = true;
  }

  /// Whether it has ever called its work done.
  boolean finishedOnce() {
    return finishedOnce;
  }

  /// Whether it was set going again, which takes no place of another.
  boolean overbooked() {
    return overbooked;
  }

  /// One step of its work.
  ///
  /// @param end what it does when no step is left
  void step(Does end) {
    if (dead) {
      return;
    }
    texts.addAll(inFlight);
    boolean told = !inFlight.isEmpty();
    inFlight.clear();
    if (stopping) {
      stop();
      return;
    }
    if (told && does != Does.WORKS) {
      goOn(1);
    }
    switch (does) {
      case NOTHING_YET -> {
        does = Does.WORKS;
        news++;
      }
      case WORKS -> {
        news++;
        stepsDone++;
        if (--stepsLeft <= 0) {
          does = end;
          finishedOnce |= end == Does.FINISHED;
        }
      }
      case ANSWERED, ASKS, PAUSED, FINISHED, FAILED, CUT_OFF, NEVER_STARTED -> {
        // it waits for somebody, or for nothing
      }
    }
  }

  /// A message arrives and sets it going.
  void told(String text, int steps) {
    texts.add(text);
    goOn(steps);
  }

  /// A message arrives and is left lying.
  void stored(String text) {
    texts.add(text);
    news++;
  }

  /// A message will arrive when its step is over.
  void willBeTold(String text) {
    inFlight.add(text);
  }

  boolean waitsForText() {
    return !inFlight.isEmpty();
  }

  /// Is set going, where it is not at work already.
  void goOn(int steps) {
    if (does != Does.WORKS && does != Does.NOTHING_YET) {
      overbooked = true;
      does = Does.WORKS;
      stepsLeft = steps;
      stopping = false;
    }
    news++;
  }

  void stop() {
    stopping = false;
    texts.addAll(inFlight);
    inFlight.clear();
    if (does == Does.WORKS || does == Does.NOTHING_YET || does == Does.CUT_OFF) {
      does = Does.PAUSED;
      news++;
    }
    dead = false;
  }

  void stopWhenStepIsOver() {
    stopping = true;
  }

  boolean stopping() {
    return stopping;
  }

  /// Its process goes on existing and does nothing any more.
  void die() {
    dead = true;
  }

  /// Its backend notices that it is dead.
  void fail() {
    dead = false;
    does = Does.FAILED;
    news++;
  }

  boolean dead() {
    return dead;
  }

  /// Its backend was restarted under it.
  void cutOff() {
    inFlight.clear();
    if (does == Does.WORKS || does == Does.NOTHING_YET) {
      does = Does.CUT_OFF;
      dead = false;
      news++;
    }
  }

  void neverStarts() {
    does = Does.NEVER_STARTED;
  }

  /// Whether its sandbox was told to come up before; then it has.
  boolean woken() {
    boolean before = waking;
    waking = !waking;
    return before;
  }

  AgentStatus status() {
    return switch (does) {
      case NOTHING_YET -> new AgentStatus.Starting();
      case WORKS -> new AgentStatus.Working();
      case ANSWERED -> new AgentStatus.Waiting(Reason.ANSWERED_IN_TEXT);
      case ASKS -> new AgentStatus.Waiting(Reason.CONFIRMATION_WANTED);
      case PAUSED -> new AgentStatus.Waiting(Reason.PAUSED);
      case FINISHED -> new AgentStatus.Finished();
      case FAILED -> new AgentStatus.Failed(Reason.AGENT_ERROR);
      case CUT_OFF -> new AgentStatus.Interrupted();
      case NEVER_STARTED -> new AgentStatus.NeverStarted(Reason.START_FAILED);
    };
  }
}
