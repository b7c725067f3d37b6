package dev.build0711.runner.app;

import dev.build0711.runner.log.RequestContext;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.ArtifactStore;
import dev.build0711.runner.port.BackendStore;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Release;
import dev.build0711.runner.port.RunStore.Saved;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.port.WakeUps.Tick;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.ResultsUnkept;
import dev.build0711.runner.run.Evidence.TimePassed;
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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One look at one run: claim it, ask its backend one thing, store what follows, say when to look
/// again. Agents that are only to be looked at are looked at together, up to [#MOST] of a backend.
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

  /// How many runs are looked at in one exchange.
  public static final int MOST = AgentBackend.MOST_WATCHED;

  /// With so many looks due at once, the next ones are asked for by the backend's ticks rather than
  /// run by run (ADR 0015).
  static final int CROWD = 20;

  /// How long a tick claims ever more looks. With the probe before them and the last exchange it
  /// stays within the 90 seconds of the function.
  private static final Duration TURN = Duration.ofSeconds(10);

  private static final Duration KEEP_AGAIN = Duration.ofSeconds(30);

  /// How long a backend that was full or silent gets no new runs.
  private static final Duration CLOSED = Duration.ofSeconds(10);

  private static final int MAX_DECISIONS = 10;
  private static final Logger LOG = System.getLogger(PollRun.class.getName());

  private final RunStore runs;
  private final TakeStep step;
  private final BackendStore states;
  private final WakeUps wakeUps;
  private final Admit admit;
  private final Clocks clocks;
  private final InstantSource time;
  private final RandomGenerator random;

  public PollRun(
      RunStore runs,
      ArtifactStore artifacts,
      BackendStore states,
      Backends backends,
      WakeUps wakeUps,
      Prompts prompts,
      Clocks clocks,
      InstantSource time,
      RandomGenerator random) {
    this.runs = runs;
    this.step = new TakeStep(backends, artifacts, prompts, time);
    this.states = states;
    this.wakeUps = wakeUps;
    this.admit = new Admit(runs, backends, wakeUps);
    this.clocks = clocks;
    this.time = time;
    this.random = random;
  }

  /// Looks at the run if a look is due and nobody else is looking; where its agent is only looked
  /// at, also at others of its backend that are due.
  ///
  /// @return whether it was looked at
  /// @throws dev.build0711.runner.port.StorageUnavailable if the run could not be claimed or stored
  public boolean apply(RunId id) {
    Optional<Claim> claim = runs.claim(id, LEASE);
    claim.map(List::of).ifPresent(this::look);
    return claim.isPresent();
  }

  /// Looks at the agents of a backend whose looks are due, until none is.
  ///
  /// @return how many were looked at
  /// @throws dev.build0711.runner.port.StorageUnavailable if runs could not be claimed or stored
  public int watch(String backend) {
    Instant end = time.instant().plus(TURN);
    int looked = 0;
    List<Claim> claims;
    do {
      claims = runs.claimWatched(backend, MOST, LEASE);
      lookTogether(claims);
      looked += claims.size();
    } while (claims.size() == MOST && time.instant().isBefore(end));
    return looked;
  }

  /// Which of some claims are looked at in one exchange: agents of one backend that are only looked
  /// at. Every other claim stays alone.
  public static List<List<Claim>> together(List<Claim> claims) {
    Map<String, List<Claim>> watched = new LinkedHashMap<>();
    List<List<Claim>> all = new ArrayList<>();
    for (Claim claim : claims) {
      Conversation conversation = claim.run().agent().conversation();
      if (conversation == null || !Step.watching(claim.run())) {
        all.add(List.of(claim));
      } else {
        watched.computeIfAbsent(conversation.backend(), _ -> new ArrayList<>()).add(claim);
      }
    }
    all.addAll(watched.values());
    return all;
  }

  /// Looks at runs that were claimed for this, with at least [#LEASE] to go; where their agents are
  /// only looked at, also at others of their backend that are due.
  ///
  /// @param claims at most [#MOST] that go [#together], at least one
  public void look(List<Claim> claims) {
    lookTogether(withOthers(claims));
  }

  private List<Claim> withOthers(List<Claim> claims) {
    Claim first = claims.getFirst();
    Conversation conversation = first.run().agent().conversation();
    if (claims.size() == MOST
        || first.held() != null
        || conversation == null
        || !Step.watching(first.run())) {
      return claims;
    }
    List<Claim> all = new ArrayList<>(claims);
    int more = MOST - claims.size();
    tolerating(
        "no other runs can be claimed now",
        () -> all.addAll(runs.claimWatched(conversation.backend(), more, LEASE)));
    return all;
  }

  private void lookTogether(List<Claim> claims) {
    if (claims.size() == 1) {
      Claim claim = claims.getFirst();
      RequestContext.about(claim.run().id().toString(), () -> look(claim));
    } else if (!claims.isEmpty()) {
      Instant begin = time.instant();
      List<List<Evidence>> learnt = step.watch(claims);
      Duration took = Duration.between(begin, time.instant());
      new Batch(claims.size()).store(claims, learnt, took);
    }
  }

  private void look(Claim claim) {
    Instant begin = time.instant();
    Claim current = placed(claim);
    List<Evidence> evidence = step.apply(current);
    keepClosed(current.run(), evidence);
    Duration took = Duration.between(begin, time.instant());
    new Batch(1).store(List.of(current), List.of(evidence), took);
    remember(evidence);
  }

  /// A run that gets the place it waits for goes on with its next step at once.
  private Claim placed(Claim claim) {
    return Step.of(claim.run(), claim.now()) == Step.ADMIT
        ? admit.apply(claim).orElse(claim)
        : claim;
  }

  private void remember(List<Evidence> evidence) {
    for (Evidence one : evidence) {
      if (one instanceof ConversationStarted(Conversation conversation, var _)) {
        note(() -> states.speaks(conversation.backend(), conversation.dialect()));
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
      note(() -> states.close(place.backend(), CLOSED));
    }
  }

  /// What a look learns about a backend is worth less than what it learns about its run.
  private static void note(Runnable note) {
    tolerating("how a backend is could not be stored", note);
  }

  private static void tolerating(String trouble, Runnable work) {
    try {
      work.run();
    } catch (StorageUnavailable e) {
      LOG.log(Level.WARNING, trouble + ": " + e.getMessage());
    }
  }

  /// What some looks that were made together have learnt, being stored. What changed nothing is
  /// stored in one statement at the end. A run that cannot be stored does not keep the others from
  /// it.
  private final class Batch {

    private final boolean crowd;
    private final List<Release> releases = new ArrayList<>();
    private final Set<Tick> ticks = new LinkedHashSet<>();

    Batch(int size) {
      this.crowd = size >= CROWD;
    }

    /// @throws RuntimeException the first that one of the runs met, when all the others are stored
    void store(List<Claim> claims, List<List<Evidence>> learnt, Duration took) {
      @Nullable RuntimeException trouble = null;
      for (int i = 0; i < claims.size(); i++) {
        Claim claim = claims.get(i);
        List<Evidence> evidence = learnt.get(i);
        try {
          RequestContext.about(
              claim.run().id().toString(), () -> store(claim, evidence, claim.now().plus(took)));
        } catch (RuntimeException e) {
          trouble = trouble == null ? e : trouble;
        }
      }
      release();
      askForTicks();
      if (trouble != null) {
        throw trouble;
      }
    }

    /// None whose time has come while the runs were stored: it may have been, without them.
    private void askForTicks() {
      Instant soonest = time.instant().plus(Tick.EVERY);
      ticks.stream()
          .map(tick -> tick.at().isBefore(soonest) ? Tick.notBefore(tick.backend(), soonest) : tick)
          .distinct()
          .forEach(wakeUps::wake);
    }

    private void store(Claim claim, List<Evidence> evidence, Instant now) {
      Run before = claim.run();
      for (int decision = 0; decision < MAX_DECISIONS; decision++) {
        Decision decided = decide(before, evidence, now);
        Instant next = Pace.next(decided.run, now, retryAfter(evidence), random);
        if (!decided.changed()) {
          releases.add(new Release(claim, next));
          return;
        }
        switch (runs.save(claim, new Change(before, decided.run, decided.events), next)) {
          case Saved.Stored(Instant at, long wakeNo) -> {
            stored(before, decided.run, at, wakeNo, now);
            handOn(before, decided.run);
            return;
          }
          case Saved.Stale(Run current) -> before = current;
          case Saved.Fenced _ -> {
            tooLate();
            return;
          }
        }
      }
      LOG.log(Level.WARNING, "look given up: the run changed too often meanwhile");
    }

    private void release() {
      if (releases.isEmpty()) {
        return;
      }
      List<Saved> saved = runs.release(releases);
      for (int i = 0; i < saved.size(); i++) {
        Claim claim = releases.get(i).claim();
        switch (saved.get(i)) {
          case Saved.Stored(Instant at, long wakeNo) ->
              stored(claim.run(), claim.run(), at, wakeNo, claim.now());
          case Saved.Stale _, Saved.Fenced _ ->
              RequestContext.about(claim.run().id().toString(), PollRun::tooLate);
        }
      }
    }

    private void stored(
        Run before, Run after, @Nullable Instant nextPollAt, long wakeNo, Instant now) {
      if (before.status() != after.status()) {
        LOG.log(Level.INFO, "run moved from " + before.status() + " to " + after.status());
      }
      Conversation conversation = after.agent().conversation();
      if (nextPollAt == null) {
        return;
      }
      if (crowd
          && conversation != null
          && Step.watching(after)
          && nextPollAt.isAfter(now.plus(Tick.EVERY))) {
        ticks.add(Tick.notBefore(conversation.backend(), nextPollAt));
      } else {
        wakeUps.wake(new Wake(after.id(), wakeNo, nextPollAt));
      }
    }
  }

  private static void tooLate() {
    LOG.log(Level.INFO, "look came too late: the run was claimed by another");
  }

  /// Whoever gives a place back sees to it that the next one gets it.
  private void handOn(Run before, Run after) {
    if (before.agent().place() == null || after.agent().place() != null) {
      return;
    }
    // what the look has learnt is stored, and others ask for free places too
    tolerating("a free place is given away later", admit::apply);
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
