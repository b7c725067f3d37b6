package dev.build0711.runner.simulator.legacy;

import dev.build0711.runner.simulator.scenario.Act;
import dev.build0711.runner.simulator.scenario.Conversation;
import dev.build0711.runner.simulator.scenario.Cue;
import dev.build0711.runner.simulator.scenario.ExecutionStatus;
import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Odd;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One conversation of V0: a simulated agent, the events that V0 writes of it, and the loop that it
/// runs in. Without a loop the events are there, but nothing can be told to the agent. Like the
/// agent, it moves only when it is looked at.
final class LegacyConversation {

  /// For how long a runtime is ready before the first event is there.
  private static final Duration SETTLING = Duration.ofMillis(300);

  private static final Duration NEVER = Duration.ofDays(36_500);

  private final World world;
  private final String id;
  private final Subject subject;
  private final Conversation agent;
  private final Instant createdAt;
  private final Log log;
  private @Nullable Loop loop;
  private @Nullable String title;
  private int seen;

  /// @param agent has not been written to yet
  LegacyConversation(
      World world, String id, Subject subject, Conversation agent, int maxIterations) {
    this.world = world;
    this.id = id;
    this.subject = subject;
    this.agent = agent;
    this.createdAt = world.now();
    this.log = new Log(maxIterations);
  }

  /// How a conversation's loop is doing.
  enum Status {
    STARTING,
    RUNNING,
    STOPPED
  }

  String id() {
    return id;
  }

  Subject subject() {
    return subject;
  }

  Instant createdAt() {
    return createdAt;
  }

  /// The simulated agent.
  Conversation agent() {
    return agent;
  }

  synchronized Status status() {
    catchUp();
    Loop open = open();
    if (open == null) {
      return Status.STOPPED;
    }
    return open.readyAt().minus(SETTLING).isAfter(world.now()) ? Status.STARTING : Status.RUNNING;
  }

  /// How oddly it is to be told of.
  Odd odd() {
    return new Odd(agent.cue().text("odd", ""));
  }

  /// All events so far, oldest first.
  synchronized List<Entry> events() {
    catchUp();
    return List.copyOf(log.entries());
  }

  /// The events from the number `from` on, before the number `to`.
  synchronized List<Entry> events(int from, int to) {
    catchUp();
    List<Entry> all = log.entries();
    int end = Math.clamp(to, 0, all.size());
    return List.copyOf(all.subList(Math.clamp(from, 0, end), end));
  }

  /// When the newest event happened, null when none has.
  synchronized @Nullable Instant updatedAt() {
    catchUp();
    return log.entries().isEmpty() ? null : log.entries().getLast().at();
  }

  /// The title that the user gave, else the model's own once it was asked.
  synchronized String title() {
    catchUp();
    if (title != null) {
      return title;
    }
    return log.entries().stream().anyMatch(Entry.Prompted.class::isInstance)
        ? "Simulated run"
        : "Conversation " + id.substring(0, Math.min(5, id.length()));
  }

  /// The numbers of the pull requests that the agent has opened with the server's own tool.
  synchronized List<Integer> pullRequests() {
    catchUp();
    return log.entries().stream()
        .filter(e -> e instanceof Entry.Came came && came.act() instanceof Act.OpenPullRequest)
        .map(e -> ((Act.OpenPullRequest) ((Entry.Came) e).act()).url())
        .map(url -> url.replaceFirst(".*\\D(\\d{1,9})$", "$1"))
        .filter(number -> number.matches("\\d+"))
        .map(Integer::valueOf)
        .toList();
  }

  synchronized void rename(String wanted) {
    title = wanted;
  }

  /// Whether the agent has brought its work to an end.
  synchronized boolean finished() {
    catchUp();
    return log.state() == AgentState.FINISHED;
  }

  /// Begins a loop, which must not run yet. It takes `startup`, or what the message's cue says.
  ///
  /// @param message what the agent is to begin with, null for nothing
  synchronized void open(@Nullable String message, Duration startup) {
    catchUp();
    Instant now = world.now();
    Instant readyAt = message == null ? now.plus(startup) : readyAt(message, startup);
    loop = new Loop(readyAt, world.restarts(), message == null);
    log.loads(message != null, now);
    if (message != null) {
      world.schedule(agent, message, readyAt);
    }
  }

  /// Ends the loop, and cuts off what the agent does.
  ///
  /// @return whether there was one
  synchronized boolean close() {
    catchUp();
    if (open() == null) {
      return false;
    }
    agent.interrupt(world.now());
    catchUp();
    log.enter(AgentState.STOPPED, world.now());
    loop = null;
    return true;
  }

  /// Ends a loop whose agent has not worked for so long.
  synchronized void closeIfIdleFor(Duration time) {
    Instant updated = updatedAt();
    if (updated != null
        && !updated.plus(time).isAfter(world.now())
        && agent.statusAt(world.now()) != ExecutionStatus.RUNNING
        && status() == Status.RUNNING) {
      close();
    }
  }

  /// The user writes; there must be a loop.
  synchronized void write(String text) {
    catchUp();
    Instant now = world.now();
    Loop open = open();
    if (open != null && open.readyAt().isAfter(now)) {
      world.schedule(agent, text, open.readyAt());
      return;
    }
    if (agent.statusAt(now) == ExecutionStatus.RUNNING) {
      log.announce(text, now);
      agent.unhold(now);
    }
    agent.write(text, true, now);
    catchUp();
  }

  /// The user orders the agent into a state, which V0 believes whatever it is. What is no state is
  /// written down and not followed. Only a message or an outcome makes an agent go on, so one that
  /// was paused between two steps stands still although it is told to be running.
  synchronized void order(String wanted) {
    catchUp();
    Instant now = world.now();
    AgentState before = log.state();
    log.ordered(wanted, now);
    AgentState next = AgentState.named(wanted).orElse(before);
    switch (next) {
      case USER_CONFIRMED, USER_REJECTED -> answer(next, before, now);
      case RUNNING -> agent.unhold(now);
      case PAUSED -> agent.hold(now);
      case LOADING,
          AWAITING_USER_INPUT,
          AWAITING_USER_CONFIRMATION,
          STOPPED,
          FINISHED,
          REJECTED,
          ERROR,
          RATE_LIMITED -> {
        if (next != before) {
          agent.interrupt(now);
        }
      }
    }
    catchUp();
    if (!isAnswer(next, before)) {
      log.enter(next, now);
    }
  }

  private static boolean isAnswer(AgentState next, AgentState before) {
    return before == AgentState.AWAITING_USER_CONFIRMATION
        && (next == AgentState.USER_CONFIRMED || next == AgentState.USER_REJECTED);
  }

  private void answer(AgentState next, AgentState before, Instant now) {
    if (!isAnswer(next, before)) {
      return;
    }
    boolean agreed = next == AgentState.USER_CONFIRMED;
    log.answered(agreed ? Entry.Consent.CONFIRMED : Entry.Consent.REFUSED, now);
    if (agreed) {
      agent.run(now);
    } else {
      agent.respond(false, "", now);
    }
  }

  private void catchUp() {
    Instant now = world.now();
    Loop begun = loop;
    if (begun != null && begun.idle()) {
      Instant until = begun.restarts() == world.restarts() ? now : world.startedAt();
      if (!begun.readyAt().isAfter(until)) {
        loop = begun.told();
        log.idles(begun.readyAt());
      }
    }
    var happened = agent.since(seen, now);
    seen += happened.size();
    log.add(happened);
  }

  private @Nullable Loop open() {
    return loop == null || loop.restarts() != world.restarts() ? null : loop;
  }

  private Instant readyAt(String message, Duration startup) {
    return Cue.in(message)
        .orElse(Cue.DEFAULT)
        .startup(startup)
        .map(time -> world.now().plus(time))
        .orElse(createdAt.plus(NEVER));
  }
}
