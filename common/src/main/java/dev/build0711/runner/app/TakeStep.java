package dev.build0711.runner.app;

import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.AgentBackend.Collection;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.port.ArtifactStore;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.MessageUnclear;
import dev.build0711.runner.run.Evidence.NoPlace;
import dev.build0711.runner.run.Evidence.OfPreparation;
import dev.build0711.runner.run.Evidence.ResultsUnkept;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Pace;
import dev.build0711.runner.run.Place;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.Step;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes the one step that a run needs now: asks its backend for it, and says what was learnt.
final class TakeStep {

  private static final List<Evidence> GONE =
      List.of(new BackendSilent(Reason.BACKEND_UNREACHABLE, null));
  private static final Logger LOG = System.getLogger(TakeStep.class.getName());

  private final Backends backends;
  private final ArtifactStore artifacts;
  private final Prompts prompts;
  private final InstantSource time;

  TakeStep(Backends backends, ArtifactStore artifacts, Prompts prompts, InstantSource time) {
    this.backends = backends;
    this.artifacts = artifacts;
    this.prompts = prompts;
    this.time = time;
  }

  /// Takes at most [PollRun#EXCHANGE]. Nothing is learnt where the run rests.
  List<Evidence> apply(Claim claim) {
    Run run = claim.run();
    Step step = Step.of(run, claim.now());
    return switch (step) {
      case ADMIT -> List.of(new NoPlace(claim.held()));
      case REST -> List.of();
      case PREPARE, CHECK_PREPARATION, START, FIND, LOOK, TELL, RESUME, STOP, COLLECT ->
          claim.held() == null
              ? backend(run).map(backend -> ask(backend, step, run, claim.now())).orElse(GONE)
              : List.of(new BackendSilent(claim.held(), null));
    };
  }

  /// Looks at several agents of one backend in one exchange.
  ///
  /// @return what was learnt of each, in the same order
  List<List<Evidence>> watch(List<Claim> claims) {
    Optional<AgentBackend> backend = backend(claims.getFirst().run());
    List<Watched> watched =
        claims.stream()
            .filter(claim -> claim.held() == null)
            .map(claim -> watched(claim.run(), claim.run().agent().cursor()))
            .toList();
    if (backend.isEmpty() || watched.isEmpty()) {
      return claims.stream().map(this::apply).toList();
    }
    Iterator<? extends Evidence> seen = backend.get().look(watched, PollRun.EXCHANGE).iterator();
    return claims.stream()
        .map(claim -> claim.held() == null ? List.<Evidence>of(seen.next()) : apply(claim))
        .toList();
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
          List.of(
              backend.preparation(order(run), conversation(run), cursor(run), PollRun.EXCHANGE));
      case START -> List.of(backend.start(order(run), untried(run), PollRun.EXCHANGE));
      case FIND -> List.of(backend.find(order(run), PollRun.EXCHANGE));
      case LOOK -> List.of(look(backend, run, PollRun.EXCHANGE));
      case TELL -> tell(backend, run, now);
      case RESUME ->
          List.of(backend.resume(conversation(run), run.agent().cursor(), PollRun.EXCHANGE));
      case STOP -> stop(backend, run);
      case COLLECT -> List.of(collect(backend, run));
      case ADMIT, REST -> List.of();
    };
  }

  /// Where the start itself prepares the workspace, it follows at once.
  private List<Evidence> prepare(AgentBackend backend, Run run) {
    Instant begin = time.instant();
    Optional<OfPreparation> prepared = backend.prepare(order(run), PollRun.EXCHANGE);
    if (prepared.isPresent()) {
      return List.of(prepared.get());
    }
    Duration left = PollRun.EXCHANGE.minus(Duration.between(begin, time.instant()));
    return List.of(backend.start(order(run), untried(run), left));
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
    return backend.look(List.of(watched(run, cursor)), limit).getFirst();
  }

  private static Watched watched(Run run, @Nullable String cursor) {
    return new Watched(conversation(run), cursor);
  }

  /// An agent is told to stop, and looked at: it may have ended by itself.
  private static List<Evidence> stop(AgentBackend backend, Run run) {
    Duration half = PollRun.EXCHANGE.dividedBy(2);
    Evidence told = backend.stop(conversation(run), half);
    return told instanceof StopTaken ? List.of(told, look(backend, run, half)) : List.of(told);
  }

  private Evidence collect(AgentBackend backend, Run run) {
    return switch (backend.collect(order(run), conversation(run), PollRun.EXCHANGE)) {
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
    Duration half = PollRun.EXCHANGE.dividedBy(2);
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
}
