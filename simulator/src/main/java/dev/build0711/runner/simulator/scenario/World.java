package dev.build0711.runner.simulator.scenario;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Everything that one simulated OpenHands holds, in memory only.
public final class World {

  private static final int MOST_OUTAGES = 1000;

  private final InstantSource clock;
  private final Ids ids;
  private final Director director;
  private final int maxRuns;
  private final int maxConversations;
  private final Shell shell;
  private final Map<UUID, Conversation> conversations = new ConcurrentHashMap<>();
  private final Set<UUID> running = ConcurrentHashMap.newKeySet();
  private final List<Away> outages = new CopyOnWriteArrayList<>();
  private volatile Instant startedAt;
  private volatile int restarts;
  private volatile int resets;
  private volatile boolean agentsOutliveRestarts;
  private volatile boolean neverFull;

  /// @param step how long a step of a script takes when its cue does not say
  /// @param commandTime how long a clone takes
  /// @param maxRuns how many agents may run at once
  /// @param maxConversations how many conversations are held
  public World(
      InstantSource clock,
      long seed,
      Duration step,
      Duration commandTime,
      int maxRuns,
      int maxConversations) {
    this.clock = clock;
    this.ids = new Ids(seed);
    this.director = new Director(step);
    this.shell = new Shell(clock, ids, commandTime);
    this.maxRuns = maxRuns;
    this.maxConversations = maxConversations;
    this.startedAt = clock.instant();
  }

  /// What became of an order to start a conversation or to set it going.
  public sealed interface Outcome {

    /// Done.
    ///
    /// @param created whether the conversation is new
    /// @param effectiveAt when it takes effect, which is when the real server answers
    record Done(Conversation conversation, boolean created, Instant effectiveAt)
        implements Outcome {}

    /// It runs already.
    record Running() implements Outcome {}

    /// Too many agents run.
    record Full() implements Outcome {}
  }

  public Instant now() {
    return clock.instant();
  }

  public Ids ids() {
    return ids;
  }

  public Shell shell() {
    return shell;
  }

  /// How long ago the server was started.
  public Duration uptime() {
    return Duration.between(startedAt, clock.instant());
  }

  /// When the server was started the last time.
  public Instant startedAt() {
    return startedAt;
  }

  /// How often the server was killed and started anew.
  public int restarts() {
    return restarts;
  }

  /// How often everything was forgotten.
  public int resets() {
    return resets;
  }

  public Optional<Conversation> find(UUID id) {
    return Optional.ofNullable(conversations.get(id));
  }

  /// All conversations, newest first.
  public List<Conversation> newestFirst() {
    return conversations.values().stream()
        .sorted(
            Comparator.comparing(Conversation::createdAt)
                .reversed()
                .thenComparing(Conversation::id))
        .toList();
  }

  /// The newest conversation whose agent works in exactly that folder.
  public Optional<Conversation> newestIn(String folder) {
    return conversations.values().stream()
        .filter(conversation -> conversation.worksIn(folder))
        .max(Comparator.comparing(Conversation::createdAt));
  }

  public int size() {
    return conversations.size();
  }

  /// How many of the users' messages contain `text`.
  public int prompts(String text) {
    Instant now = clock.instant();
    return conversations.values().stream().mapToInt(c -> c.messages(text, now)).sum();
  }

  /// Starts a conversation, or finds the one with this id, whatever its opening was.
  public synchronized Outcome start(UUID id, Opening opening) {
    Conversation known = conversations.get(id);
    Instant now = clock.instant();
    if (known != null) {
      return new Outcome.Done(known, false, now);
    }
    if (full() || conversations.size() >= maxConversations) {
      return new Outcome.Full();
    }
    Conversation conversation =
        new Conversation(id, opening, director, pullRequest(id, opening), now);
    conversations.put(id, conversation);
    String prompt = opening.prompt();
    if (prompt != null) {
      conversation.write(prompt, true, now);
      follow(conversation);
      plan(conversation.outage(prompt), now);
    }
    return new Outcome.Done(conversation, true, now);
  }

  /// The user writes to an agent that is only being started and takes the message up at `at`,
  /// however many run then.
  public synchronized void schedule(Conversation conversation, String text, Instant at) {
    plan(conversation.outage(text), at);
    conversation.plan(text, at);
  }

  /// The user writes. On a full server the message is kept and the agent not started.
  public synchronized Outcome write(Conversation conversation, String text, boolean run) {
    Instant now = clock.instant();
    boolean full = run && !conversation.runsAt(now) && full();
    Instant effectiveAt = conversation.write(text, run && !full, now);
    follow(conversation);
    return full ? new Outcome.Full() : new Outcome.Done(conversation, false, effectiveAt);
  }

  /// Sets a conversation going.
  public synchronized Outcome run(Conversation conversation) {
    Instant now = clock.instant();
    if (!conversation.runsAt(now) && full()) {
      return new Outcome.Full();
    }
    return switch (conversation.run(now)) {
      case RUNNING -> new Outcome.Running();
      case DONE -> {
        follow(conversation);
        yield new Outcome.Done(conversation, false, now);
      }
    };
  }

  /// Answers an agent that waits for consent.
  public synchronized void respond(Conversation conversation, boolean accept, String reason) {
    conversation.respond(accept, reason, clock.instant());
    follow(conversation);
  }

  public boolean delete(UUID id) {
    running.remove(id);
    return conversations.remove(id) != null;
  }

  /// Whether the server closes connections unanswered at the moment.
  public boolean isAway() {
    Instant now = clock.instant();
    outages.removeIf(away -> !away.until().isAfter(now));
    return outages.stream().anyMatch(away -> !away.from().isAfter(now));
  }

  /// From now on a restart of the server does not reach its agents, since they run in processes of
  /// their own.
  public void letAgentsOutliveRestarts() {
    agentsOutliveRestarts = true;
  }

  /// From now on as many agents may run as there are.
  public void neverBeFull() {
    neverFull = true;
  }

  /// What a kill of the server and its new start leave.
  public synchronized void restart() {
    Instant now = clock.instant();
    if (!agentsOutliveRestarts) {
      conversations.values().forEach(conversation -> conversation.restart(now));
    }
    running.clear();
    outages.clear();
    startedAt = now;
    restarts++;
  }

  /// Forgets everything.
  public synchronized void reset() {
    conversations.clear();
    running.clear();
    outages.clear();
    shell.clear();
    resets++;
  }

  private boolean full() {
    if (neverFull || running.size() < maxRuns) {
      return false;
    }
    Instant now = clock.instant();
    running.removeIf(id -> find(id).filter(conversation -> conversation.runsAt(now)).isEmpty());
    return running.size() >= maxRuns;
  }

  private void follow(Conversation conversation) {
    Instant now = clock.instant();
    if (conversation.runsAt(now)) {
      running.add(conversation.id());
    }
  }

  private void plan(@Nullable Outage outage, Instant start) {
    if (outage != null && outages.size() < MOST_OUTAGES) {
      Instant from = start.plus(outage.after());
      outages.add(new Away(from, from.plus(outage.lasting())));
    }
  }

  private String pullRequest(UUID id, Opening opening) {
    String url = opening.repositoryUrl();
    String repository = url == null ? "https://github.com/acme/widgets" : url;
    String path = repository.contains("gitlab") ? "/-/merge_requests/" : "/pull/";
    return repository + path + (1 + ids.number(id, 0) % 999);
  }

  private record Away(Instant from, Instant until) {}
}
