package dev.build0711.runner.openhands.detection;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Evidence.OfPreparation;
import dev.build0711.runner.run.Evidence.OfStart;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A server whose API is found out at first use, and anew when its answers stop fitting.
///
/// A conversation is only ever asked for in the API in which it was started. Where the server
/// speaks another one now, that is said ([Reason#BACKEND_CHANGED]) and nothing is guessed: the same
/// path means other things in other APIs.
public final class DetectedBackend implements AgentBackend {

  /// How long the answers of a server may not fit before it is asked anew who it is.
  private static final Duration DOUBT = Duration.ofSeconds(10);

  private static final BackendSilent CHANGED = new BackendSilent(Reason.BACKEND_CHANGED, null);

  private final String name;
  private final Detector detector;
  private final Function<Dialect, AgentBackend> dialects;
  private final InstantSource clock;
  private final Map<Dialect, AgentBackend> made = new EnumMap<>(Dialect.class);
  private final AtomicReference<@Nullable Known> known = new AtomicReference<>();

  /// What was found out, and from when on it is doubted.
  private record Known(Dialect dialect, Instant at, boolean doubted) {}

  /// @param dialects makes the backend of a dialect; asked at most once for each
  public DetectedBackend(
      String name, Api api, Function<Dialect, AgentBackend> dialects, InstantSource clock) {
    this.name = name;
    this.detector = new Detector(api);
    this.dialects = dialects;
    this.clock = clock;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<OfPreparation> prepare(Order order, Duration limit) {
    Deadline deadline = Deadline.in(limit, clock);
    return switch (detected(deadline)) {
      case Silent<AgentBackend>(var evidence) -> Optional.of(evidence);
      case Got<AgentBackend>(AgentBackend backend) ->
          backend.prepare(order, deadline.left()).map(this::doubting);
    };
  }

  @Override
  public OfPreparation preparation(
      Order order, Conversation conversation, String cursor, Duration limit) {
    Deadline deadline = Deadline.in(limit, clock);
    return switch (of(conversation, deadline)) {
      case Silent<AgentBackend>(var evidence) -> evidence;
      case Got<AgentBackend>(AgentBackend backend) ->
          doubting(backend.preparation(order, conversation, cursor, deadline.left()));
    };
  }

  @Override
  public OfStart start(Order order, boolean first, Duration limit) {
    Deadline deadline = Deadline.in(limit, clock);
    return switch (detected(deadline)) {
      case Silent<AgentBackend>(var evidence) -> evidence;
      case Got<AgentBackend>(AgentBackend backend) ->
          doubting(backend.start(order, first, deadline.left()));
    };
  }

  @Override
  public OfStart find(Order order, Duration limit) {
    Deadline deadline = Deadline.in(limit, clock);
    return switch (detected(deadline)) {
      case Silent<AgentBackend>(var evidence) -> evidence;
      case Got<AgentBackend>(AgentBackend backend) ->
          doubting(backend.find(order, deadline.left()));
    };
  }

  /// Conversations of the API that the server speaks are asked for together.
  @Override
  public List<OfLook> look(List<Watched> watched, Duration limit) {
    Deadline deadline = Deadline.in(limit, clock);
    return switch (detected(deadline)) {
      case Silent<AgentBackend>(var evidence) ->
          watched.stream().map(_ -> (OfLook) evidence).toList();
      case Got<AgentBackend>(AgentBackend backend) -> looks(backend, watched, deadline);
    };
  }

  /// What is known of the server may change meanwhile; which conversations are its, may not.
  private List<OfLook> looks(AgentBackend backend, List<Watched> watched, Deadline deadline) {
    List<Boolean> ours = watched.stream().map(one -> speaks(one.conversation())).toList();
    List<Watched> asked =
        IntStream.range(0, ours.size()).filter(ours::get).mapToObj(watched::get).toList();
    Iterator<OfLook> seen =
        asked.isEmpty()
            ? Collections.emptyIterator()
            : backend.look(asked, deadline.left()).iterator();
    return ours.stream().map(our -> doubting(our ? seen.next() : (OfLook) CHANGED)).toList();
  }

  @Override
  public OfControl tell(
      Conversation conversation,
      Message message,
      Sending sending,
      @Nullable String cursor,
      Duration limit) {
    Deadline deadline = Deadline.in(limit, clock);
    return switch (of(conversation, deadline)) {
      case Silent<AgentBackend>(var evidence) -> evidence;
      case Got<AgentBackend>(AgentBackend backend) ->
          doubting(backend.tell(conversation, message, sending, cursor, deadline.left()));
    };
  }

  @Override
  public OfControl resume(Conversation conversation, @Nullable String cursor, Duration limit) {
    Deadline deadline = Deadline.in(limit, clock);
    return switch (of(conversation, deadline)) {
      case Silent<AgentBackend>(var evidence) -> evidence;
      case Got<AgentBackend>(AgentBackend backend) ->
          doubting(backend.resume(conversation, cursor, deadline.left()));
    };
  }

  @Override
  public OfControl stop(Conversation conversation, Duration limit) {
    Deadline deadline = Deadline.in(limit, clock);
    return switch (of(conversation, deadline)) {
      case Silent<AgentBackend>(var evidence) -> evidence;
      case Got<AgentBackend>(AgentBackend backend) ->
          doubting(backend.stop(conversation, deadline.left()));
    };
  }

  @Override
  public Collection collect(Order order, Conversation conversation, Duration limit) {
    Deadline deadline = Deadline.in(limit, clock);
    return switch (of(conversation, deadline)) {
      case Silent<AgentBackend>(var evidence) -> new Collection.Unavailable(evidence);
      case Got<AgentBackend>(AgentBackend backend) ->
          backend.collect(order, conversation, deadline.left());
    };
  }

  /// A server that does not answer as its kind does is asked who it is at the next use.
  @Override
  public Health check(Duration limit) {
    Deadline deadline = Deadline.in(limit, clock);
    return switch (detected(deadline)) {
      case Silent<AgentBackend>(var evidence) -> Health.bad(null, null, evidence);
      case Got<AgentBackend>(AgentBackend backend) -> {
        Health health = backend.check(deadline.left());
        if (!health.up()) {
          doubt();
        }
        yield health;
      }
    };
  }

  private Asked<AgentBackend> of(Conversation conversation, Deadline deadline) {
    return switch (detected(deadline)) {
      case Silent<AgentBackend> silent -> silent;
      case Got<AgentBackend> got -> speaks(conversation) ? got : new Silent<>(doubting(CHANGED));
    };
  }

  private boolean speaks(Conversation conversation) {
    Known now = known.get();
    return now != null && now.dialect() == conversation.dialect();
  }

  private Asked<AgentBackend> detected(Deadline deadline) {
    Known now = known.get();
    if (now != null && !now.doubted()) {
      return new Got<>(backend(now.dialect()));
    }
    return switch (detector.ask(deadline)) {
      case Silent<Dialect>(var evidence) -> new Silent<>(evidence);
      case Got<Dialect>(Dialect dialect) -> {
        known.set(new Known(dialect, clock.instant(), false));
        yield new Got<>(backend(dialect));
      }
    };
  }

  private synchronized AgentBackend backend(Dialect dialect) {
    return made.computeIfAbsent(dialect, dialects);
  }

  /// Passes evidence on; where it does not fit what is known of the server, that is asked for anew
  /// at the next use, unless it was only just.
  private <T> T doubting(T evidence) {
    boolean odd =
        switch (evidence) {
          case BackendSilent(Reason why, var _) ->
              why == Reason.BACKEND_BAD_ANSWER || why == Reason.BACKEND_CHANGED;
          case ConversationMissing _ -> true;
          default -> false;
        };
    Known now = known.get();
    if (odd && now != null && !clock.instant().isBefore(now.at().plus(DOUBT))) {
      doubt();
    }
    return evidence;
  }

  private void doubt() {
    known.updateAndGet(now -> now == null ? null : new Known(now.dialect(), now.at(), true));
  }
}
