package dev.build0711.runner.app;

import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.AgentBackend.Collection;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.port.ArtifactStore;
import dev.build0711.runner.port.BackendStore;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Saved;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.MessageUnclear;
import dev.build0711.runner.run.Evidence.NoPlace;
import dev.build0711.runner.run.Evidence.Prepared;
import dev.build0711.runner.run.Evidence.ResultsUnkept;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.Evidence.TimePassed;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Pace;
import dev.build0711.runner.run.Place;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunLifecycle;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.Step;
import dev.build0711.runner.run.Transition;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One look at one run: claim it, ask its backend one thing, store what follows, say when to look
/// again.
///
/// No connection to the store is held while the backend is asked. Whatever a look learnt is stored
/// only while its claim is the newest, and decided anew if somebody else has changed the run
/// meanwhile.
public final class PollRun {

  /// How long a claim holds. Longer than a look may take, so that no two looks overlap, and so much
  /// longer than [#EXCHANGE] that a start cut off by a crash is at least a minute old when the next
  /// look comes.
  public static final Duration LEASE = Duration.ofMinutes(2);

  /// How long the one exchange of a look may take.
  public static final Duration EXCHANGE = Duration.ofMinutes(1);

  private static final Duration KEEP_AGAIN = Duration.ofSeconds(30);

  /// How long a backend that was full or silent gets no new runs.
  private static final Duration CLOSED = Duration.ofSeconds(10);

  private static final List<Evidence> GONE =
      List.of(new BackendSilent(Reason.BACKEND_UNREACHABLE, null));
  private static final int MAX_DECISIONS = 10;
  private static final Logger LOG = System.getLogger(PollRun.class.getName());

  private final RunStore runs;
  private final ArtifactStore artifacts;
  private final Backends backends;
  private final BackendStore health;
  private final WakeUps wakeUps;
  private final Admit admit;
  private final Prompts prompts;
  private final Clocks clocks;
  private final InstantSource time;
  private final RandomGenerator random;

  public PollRun(
      RunStore runs,
      ArtifactStore artifacts,
      BackendStore health,
      Backends backends,
      WakeUps wakeUps,
      Prompts prompts,
      Clocks clocks,
      InstantSource time,
      RandomGenerator random) {
    this.runs = runs;
    this.artifacts = artifacts;
    this.backends = backends;
    this.health = health;
    this.wakeUps = wakeUps;
    this.admit = new Admit(runs, backends, wakeUps);
    this.prompts = prompts;
    this.clocks = clocks;
    this.time = time;
    this.random = random;
  }

  /// Looks at the run if a look is due and nobody else is looking.
  ///
  /// @return whether it was looked at
  /// @throws dev.build0711.runner.port.StorageUnavailable if the run could not be claimed or stored
  public boolean apply(RunId id) {
    Optional<Claim> claim = runs.claim(id, LEASE);
    claim.ifPresent(this::look);
    return claim.isPresent();
  }

  /// Looks at a run that was claimed for this, with at least [#LEASE] to go.
  public void look(Claim claim) {
    Instant begin = time.instant();
    Claim current = placed(claim);
    List<Evidence> evidence = ask(current);
    keepClosed(current.run(), evidence);
    remember(evidence);
    Instant now = current.now().plus(Duration.between(begin, time.instant()));
    store(current, evidence, now);
  }

  /// A run that gets the place it waits for goes on with its next step at once.
  private Claim placed(Claim claim) {
    return Step.of(claim.run(), claim.now()) == Step.ADMIT
        ? admit.apply(claim).orElse(claim)
        : claim;
  }

  private List<Evidence> ask(Claim claim) {
    Run run = claim.run();
    Step step = Step.of(run, claim.now());
    return switch (step) {
      case ADMIT -> List.of(new NoPlace());
      case REST -> List.of();
      case PREPARE, CHECK_PREPARATION, START, FIND, LOOK, TELL, RESUME, STOP, COLLECT ->
          backend(run).map(backend -> ask(backend, step, run, claim.now())).orElse(GONE);
    };
  }

  private void remember(List<Evidence> evidence) {
    for (Evidence one : evidence) {
      if (one instanceof ConversationStarted(Conversation conversation, var _)) {
        health.speaks(conversation.backend(), conversation.dialect());
      }
    }
  }

  /// A backend that takes nothing now gives its place back, and gets no other run in its stead.
  private void keepClosed(Run run, List<Evidence> evidence) {
    Place place = run.agent().place();
    boolean full = evidence.stream().anyMatch(BackendFull.class::isInstance);
    boolean deaf =
        run.status() == RunStatus.QUEUED
            && evidence.stream().anyMatch(BackendSilent.class::isInstance);
    if (place != null && (full || deaf)) {
      health.close(place.backend(), CLOSED);
    }
  }

  /// A run stays with its backend, also with one that is no longer configured.
  private Optional<AgentBackend> backend(Run run) {
    Conversation conversation = run.agent().conversation();
    Place place = run.agent().place();
    if (conversation != null) {
      return backends.named(conversation.backend());
    }
    return place == null ? Optional.empty() : backends.named(place.backend());
  }

  private List<Evidence> ask(AgentBackend backend, Step step, Run run, Instant now) {
    return switch (step) {
      case PREPARE -> prepare(backend, run);
      case CHECK_PREPARATION ->
          List.of(backend.preparation(order(run), conversation(run), cursor(run), EXCHANGE));
      case START -> List.of(backend.start(order(run), untried(run), EXCHANGE));
      case FIND -> List.of(backend.find(order(run), EXCHANGE));
      case LOOK -> List.of(look(backend, run, EXCHANGE));
      case TELL -> tell(backend, run, now);
      case RESUME -> List.of(backend.resume(conversation(run), run.agent().cursor(), EXCHANGE));
      case STOP -> stop(backend, run);
      case COLLECT -> List.of(collect(backend, run));
      case ADMIT, REST -> List.of();
    };
  }

  /// Where the start itself prepares the workspace, it follows at once: a run that does not get a
  /// place by it has lost nothing.
  private List<Evidence> prepare(AgentBackend backend, Run run) {
    Instant begin = time.instant();
    Evidence prepared = backend.prepare(order(run), EXCHANGE);
    if (!(prepared instanceof Prepared(Conversation conversation, var _)) || conversation != null) {
      return List.of(prepared);
    }
    Duration left = EXCHANGE.minus(Duration.between(begin, time.instant()));
    return List.of(prepared, backend.start(order(run), untried(run), left));
  }

  /// Whether no look before this one can have asked a backend to start the run.
  private static boolean untried(Run run) {
    Place place = run.agent().place();
    return place != null && run.schedule().pollEpoch() <= place.epoch() + 1;
  }

  private static Evidence look(AgentBackend backend, Run run, Duration limit) {
    return look(backend, run, run.agent().cursor(), limit);
  }

  private static Evidence look(
      AgentBackend backend, Run run, @Nullable String cursor, Duration limit) {
    var watched = new Watched(conversation(run), cursor);
    return backend.look(List.of(watched), limit).getFirst();
  }

  /// An agent is told to stop, and looked at: it may have ended by itself.
  private static List<Evidence> stop(AgentBackend backend, Run run) {
    Duration half = EXCHANGE.dividedBy(2);
    Evidence told = backend.stop(conversation(run), half);
    return told instanceof StopTaken ? List.of(told, look(backend, run, half)) : List.of(told);
  }

  private Evidence collect(AgentBackend backend, Run run) {
    return switch (backend.collect(order(run), conversation(run), EXCHANGE)) {
      case Collection.Unavailable(var why) -> why;
      case Collection.Harvest harvest -> kept(run, harvest);
    };
  }

  /// Keeps the harvest before the run is said to have it: a crash between the two repeats both.
  private Evidence kept(Run run, Collection.Harvest harvest) {
    List<Artifact> all = new ArrayList<>();
    all.add(ResultPage.of(run, harvest.results()));
    harvest.artifacts().stream()
        .filter(one -> !one.name().equals(ResultPage.NAME))
        .limit(ArtifactStore.MOST - 1)
        .forEach(all::add);
    try {
      artifacts.keep(run.id(), all);
      return harvest.results();
    } catch (StorageUnavailable e) {
      LOG.log(Level.WARNING, "what an agent left cannot be kept now", e);
      return new ResultsUnkept();
    }
  }

  /// While a message that was sent may still arrive, the agent is looked at as ever.
  private static List<Evidence> tell(AgentBackend backend, Run run, Instant now) {
    Message message = run.message();
    if (message == null) {
      throw new IllegalStateException("a run without a message has nobody to tell");
    }
    Duration half = EXCHANGE.dividedBy(2);
    Evidence told =
        backend.tell(
            conversation(run), message, sending(run, message, now), run.agent().cursor(), half);
    if (!(told instanceof MessageUnclear(boolean _, String cursor))) {
      return List.of(told);
    }
    String from = cursor == null ? run.agent().cursor() : cursor;
    return List.of(told, look(backend, run, from, half));
  }

  /// A message to an agent that works is taken up when its step is over, however long after the
  /// request was given up; so only an agent that rests can have missed it.
  private static Sending sending(Run run, Message message, Instant now) {
    Instant tried = message.triedAt();
    if (tried == null && run.schedule().pollEpoch() <= message.askedEpoch() + 1) {
      return Sending.FIRST;
    }
    boolean rests =
        switch (run.agent().state()) {
          case WAITING, FINISHED -> true;
          case ABSENT, PREPARING, PREPARED, STARTING, WORKING, INTERRUPTED, FAILED, STOPPED, LOST ->
              false;
        };
    boolean old = tried == null || !now.isBefore(tried.plus(Pace.UNCLEAR));
    return rests && old ? Sending.AGAIN : Sending.SEARCH;
  }

  private void store(Claim claim, List<Evidence> evidence, Instant now) {
    Run before = claim.run();
    for (int decision = 0; decision < MAX_DECISIONS; decision++) {
      Decision decided = decide(before, evidence, now);
      Instant next = Pace.next(decided.run, now, retryAfter(evidence), random);
      Saved saved =
          decided.changed()
              ? runs.save(claim, new Change(before, decided.run, decided.events), next)
              : runs.release(claim, next);
      switch (saved) {
        case Saved.Stored(Instant at, long wakeNo) -> {
          stored(before, decided.run, at, wakeNo);
          handOn(before, decided.run);
          return;
        }
        case Saved.Stale(Run current) -> before = current;
        case Saved.Fenced _ -> {
          LOG.log(Level.INFO, "look came too late: the run was claimed by another");
          return;
        }
      }
    }
    LOG.log(Level.WARNING, "look given up: the run changed too often meanwhile");
  }

  /// Whoever gives a place back sees to it that the next one gets it.
  private void handOn(Run before, Run after) {
    if (before.agent().place() == null || after.agent().place() != null) {
      return;
    }
    try {
      admit.apply();
    } catch (StorageUnavailable e) {
      // what the look has learnt is stored, and others ask for free places too
      LOG.log(Level.WARNING, "a free place is given away later: " + e.getMessage());
    }
  }

  private void stored(Run before, Run after, @Nullable Instant nextPollAt, long wakeNo) {
    if (before.status() != after.status()) {
      LOG.log(Level.INFO, "run moved from " + before.status() + " to " + after.status());
    }
    if (nextPollAt != null) {
      wakeUps.wake(new Wake(after.id(), wakeNo, nextPollAt));
    }
  }

  /// What follows from the evidence and then from the time alone.
  private Decision decide(Run run, List<Evidence> evidence, Instant now) {
    Decision decision = new Decision(run);
    evidence.forEach(one -> decision.apply(one, now));
    decision.apply(new TimePassed(clocks), now);
    return decision;
  }

  private static final class Decision {

    private Run run;
    private final List<RunEvent> events = new ArrayList<>();
    private boolean moved;

    Decision(Run run) {
      this.run = run;
    }

    void apply(Evidence evidence, Instant now) {
      switch (RunLifecycle.next(run, evidence, now)) {
        case Transition.Moved(Run next, List<RunEvent> happened) -> {
          run = next;
          events.addAll(happened);
          moved = true;
        }
        case Transition.Unchanged _ -> {
          // a look that found nothing new
        }
        case Transition.Refused(String why) ->
            LOG.log(Level.WARNING, "evidence of a look refused: " + why);
      }
    }

    boolean changed() {
      return moved;
    }
  }

  private Order order(Run run) {
    return new Order(
        run.id(),
        prompts.of(run),
        run.spec().repository(),
        run.spec().branch(),
        run.spec().options(),
        run.agent().failedStarts() + 1);
  }

  private static Conversation conversation(Run run) {
    Conversation conversation = run.agent().conversation();
    if (conversation == null) {
      throw new IllegalStateException("a run without a conversation needs no look");
    }
    return conversation;
  }

  private static String cursor(Run run) {
    String cursor = run.agent().cursor();
    return cursor == null ? "" : cursor;
  }

  private static @Nullable Duration retryAfter(List<Evidence> evidence) {
    return evidence.stream()
        .map(PollRun::patience)
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  private static @Nullable Duration patience(Evidence evidence) {
    return switch (evidence) {
      case BackendSilent(Reason _, Duration after) -> after;
      case ResultsUnkept _ -> KEEP_AGAIN;
      default -> null;
    };
  }
}
