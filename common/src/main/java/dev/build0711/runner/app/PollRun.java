package dev.build0711.runner.app;

import dev.build0711.runner.log.RequestContext;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.ArtifactStore;
import dev.build0711.runner.port.BackendStore;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.FailedLooks;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.StartUnclear;
import dev.build0711.runner.run.Place;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.Step;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// One look at one run: claim it, ask its backend one thing, store what follows, say when to look
/// again. Agents that are only to be looked at are looked at together, up to [#MOST] of a backend.
///
/// No connection to the store is held while the backend is asked. Whatever a look learnt is stored
/// only while its claim is the newest, and decided anew if somebody else has changed the run
/// meanwhile. Every claim counts as a failed look until something is stored under it, so that looks
/// that die are counted too ([SetAside]).
public final class PollRun {

  /// How long a claim holds. Longer than a look may take, so that no two looks overlap, and so much
  /// longer than [#EXCHANGE] that a start cut off by a crash is at least a minute old when the next
  /// look comes.
  public static final Duration LEASE = Duration.ofMinutes(2);

  /// How long the one exchange of a look may take.
  public static final Duration EXCHANGE = Duration.ofMinutes(1);

  /// How long after its claim an exchange may begin, so that it is over before the lease is. A
  /// process that stood still for longer asks for nothing: somebody else may be asking.
  static final Duration PROMPT = LEASE.minus(EXCHANGE);

  /// How many runs are looked at in one exchange.
  public static final int MOST = AgentBackend.MOST_WATCHED;

  /// How long a tick claims ever more looks. With the probe before them and the last exchange it
  /// stays within the 90 seconds of the function.
  private static final Duration TURN = Duration.ofSeconds(10);

  /// How long a backend that was full or silent gets no new runs.
  private static final Duration CLOSED = Duration.ofSeconds(10);

  private static final List<Evidence> NOTHING = List.of();
  private static final Logger LOG = System.getLogger(PollRun.class.getName());

  private final RunStore runs;
  private final NoteFailure failures;
  private final TakeStep step;
  private final StoreLooks store;
  private final BackendStore states;
  private final Admit admit;
  private final LookUps lookUps;
  private final InstantSource time;

  /// @param lookUps asked for pull requests after the looks; [LookUps#NONE] where there is no token
  public PollRun(
      RunStore runs,
      FailedLooks failedLooks,
      ArtifactStore artifacts,
      BackendStore states,
      Backends backends,
      WakeUps wakeUps,
      Prompts prompts,
      Clocks clocks,
      LookUps lookUps,
      InstantSource time,
      RandomGenerator random) {
    this.runs = runs;
    this.failures = new NoteFailure(failedLooks, wakeUps);
    this.step = new TakeStep(backends, artifacts, prompts, time);
    this.states = states;
    this.admit = new Admit(runs, backends, wakeUps);
    this.store = new StoreLooks(runs, failures, admit, wakeUps, clocks, time, random, lookUps);
    this.lookUps = lookUps;
    this.time = time;
  }

  /// Looks at the run if a look is due and nobody else is looking; where its agent is only looked
  /// at, also at others of its backend that are due.
  ///
  /// @return whether it was looked at
  /// @throws dev.build0711.runner.port.StorageUnavailable if the run could not be claimed or stored
  public boolean apply(RunId id) {
    Instant begin = time.instant();
    Optional<Claim> claim = runs.claim(id, LEASE);
    claim.map(List::of).ifPresent(one -> lookTogether(withOthers(one), begin));
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
      Instant begin = time.instant();
      claims = runs.claimWatched(backend, MOST, LEASE);
      lookTogether(claims, begin);
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
      String backend = Step.watchedOn(claim.run());
      if (backend == null) {
        all.add(List.of(claim));
      } else {
        watched.computeIfAbsent(backend, _ -> new ArrayList<>()).add(claim);
      }
    }
    all.addAll(watched.values());
    return all;
  }

  /// Looks at runs that were claimed for this, for [#LEASE]; where their agents are only looked at,
  /// also at others of their backend that are due.
  ///
  /// @param claims at most [#MOST] that go [#together], at least one
  /// @param begin when they were asked for
  public void look(List<Claim> claims, Instant begin) {
    lookTogether(withOthers(claims), begin);
  }

  private List<Claim> withOthers(List<Claim> claims) {
    Claim first = claims.getFirst();
    String backend = Step.watchedOn(first.run());
    if (backend == null || first.held() != null || claims.size() == MOST) {
      return claims;
    }
    List<Claim> all = new ArrayList<>(claims);
    int more = MOST - claims.size();
    tolerating(
        "no other runs can be claimed now",
        () -> all.addAll(runs.claimWatched(backend, more, LEASE)));
    return all;
  }

  /// @param begin when the first of the claims was asked for
  private void lookTogether(List<Claim> claims, Instant begin) {
    if (claims.size() == 1) {
      lookAlone(claims.getFirst(), begin);
    } else if (!claims.isEmpty()) {
      Instant claimed = time.instant();
      List<List<Evidence>> learnt;
      try {
        learnt = late(begin) ? claims.stream().map(_ -> NOTHING).toList() : step.watch(claims);
      } catch (RuntimeException e) {
        // one of them cannot be looked at, and the others must not suffer from it
        claims.forEach(claim -> lookAlone(claim, begin));
        return;
      }
      store.apply(claims, learnt, since(claimed));
    }
  }

  private void lookAlone(Claim claim, Instant begin) {
    RequestContext.about(
        claim.run().id().toString(), () -> failures.guard(claim, () -> look(claim, begin)));
  }

  private void look(Claim claim, Instant begin) {
    Instant claimed = time.instant();
    Optional<Claim> placed = placed(claim);
    Claim current = placed.orElse(claim);
    List<Evidence> evidence = placed.isEmpty() ? NOTHING : ask(current, begin);
    keepClosed(current.run(), evidence);
    // an unclear start is left alone for a whole minute, so its time must not come out too early
    boolean unclear = evidence.stream().anyMatch(StartUnclear.class::isInstance);
    store.apply(List.of(current), List.of(evidence), since(unclear ? begin : claimed));
    remember(evidence);
  }

  private List<Evidence> ask(Claim claim, Instant begin) {
    lookUps.beforeVerdict(claim.run(), claim.now());
    return late(begin) ? NOTHING : step.apply(claim);
  }

  private boolean late(Instant begin) {
    return since(begin).compareTo(PROMPT) > 0;
  }

  private Duration since(Instant begin) {
    return Duration.between(begin, time.instant());
  }

  /// A run that gets the place it waits for goes on with its next step at once.
  ///
  /// @return empty if the places cannot be dealt now, because many want theirs at once, say: to
  ///   give the look up for that would cost the run the rest of its lease
  private Optional<Claim> placed(Claim claim) {
    if (Step.of(claim.run(), claim.now()) != Step.ADMIT) {
      return Optional.of(claim);
    }
    try {
      return Optional.of(admit.apply(claim));
    } catch (StorageUnavailable e) {
      LOG.log(Level.WARNING, "no places can be dealt now: " + e.getMessage());
      return Optional.empty();
    }
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

  /// Does what is not worth losing anything else for.
  static void tolerating(String trouble, Runnable work) {
    try {
      work.run();
    } catch (StorageUnavailable e) {
      LOG.log(Level.WARNING, trouble + ": " + e.getMessage());
    }
  }
}
