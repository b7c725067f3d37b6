package dev.build0711.runner.app;

import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Saved;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.run.Evidence.TimePassed;
import dev.build0711.runner.run.Pace;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunLifecycle;
import dev.build0711.runner.run.Step;
import dev.build0711.runner.run.Transition;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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

  private static final int MAX_DECISIONS = 10;
  private static final Logger LOG = System.getLogger(PollRun.class.getName());

  private final RunStore runs;
  private final Backends backends;
  private final WakeUps wakeUps;
  private final Prompts prompts;
  private final Clocks clocks;
  private final InstantSource time;
  private final RandomGenerator random;

  public PollRun(
      RunStore runs,
      Backends backends,
      WakeUps wakeUps,
      Prompts prompts,
      Clocks clocks,
      InstantSource time,
      RandomGenerator random) {
    this.runs = runs;
    this.backends = backends;
    this.wakeUps = wakeUps;
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
    Evidence evidence = ask(claim);
    Instant now = claim.now().plus(Duration.between(begin, time.instant()));
    store(claim, evidence, now);
  }

  private Evidence ask(Claim claim) {
    Run run = claim.run();
    Step step = Step.of(run, claim.now());
    Optional<AgentBackend> backend =
        step == Step.REST ? Optional.empty() : backend(run.agent().conversation());
    if (backend.isPresent()) {
      return ask(backend.get(), step, run);
    }
    return switch (step) {
      case REST -> new TimePassed(clocks);
      case PREPARE, START -> run.agent().conversation() == null ? new BackendFull() : gone();
      case CHECK_PREPARATION, LOOK, RESUME, STOP -> gone();
    };
  }

  /// A run stays with its backend, also with one that is no longer configured.
  private static BackendSilent gone() {
    return new BackendSilent(Reason.BACKEND_UNREACHABLE, null);
  }

  private Optional<AgentBackend> backend(@Nullable Conversation conversation) {
    return conversation == null ? backends.choose() : backends.named(conversation.backend());
  }

  private Evidence ask(AgentBackend backend, Step step, Run run) {
    return switch (step) {
      case PREPARE -> backend.prepare(order(run), EXCHANGE);
      case CHECK_PREPARATION ->
          backend.preparation(order(run), conversation(run), cursor(run), EXCHANGE);
      case START -> backend.start(order(run), run.schedule().pollEpoch() == 1, EXCHANGE);
      case LOOK -> backend.look(conversation(run), run.agent().cursor(), EXCHANGE);
      case RESUME -> backend.resume(conversation(run), run.agent().cursor(), EXCHANGE);
      case STOP -> stop(backend, run);
      case REST -> new TimePassed(clocks);
    };
  }

  /// An agent is told to stop once a look has shown that it still works; the look comes first
  /// because the agent may have ended by itself.
  private static Evidence stop(AgentBackend backend, Run run) {
    Conversation conversation = conversation(run);
    Duration half = EXCHANGE.dividedBy(2);
    Evidence told = backend.stop(conversation, half);
    return told instanceof Evidence.StopTaken
        ? backend.look(conversation, run.agent().cursor(), half)
        : told;
  }

  private void store(Claim claim, Evidence evidence, Instant now) {
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

  private void stored(Run before, Run after, @Nullable Instant nextPollAt, long wakeNo) {
    if (before.status() != after.status()) {
      LOG.log(Level.INFO, "run moved from " + before.status() + " to " + after.status());
    }
    if (nextPollAt != null) {
      wakeUps.wake(new Wake(after.id(), wakeNo, nextPollAt));
    }
  }

  /// What follows from the evidence and then from the time alone.
  private Decision decide(Run run, Evidence evidence, Instant now) {
    Decision decision = new Decision(run);
    decision.apply(evidence, now);
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
        run.spec().options());
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

  private static @Nullable Duration retryAfter(Evidence evidence) {
    return evidence instanceof BackendSilent(Reason _, Duration after) ? after : null;
  }
}
