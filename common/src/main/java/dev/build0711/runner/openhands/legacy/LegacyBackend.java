package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Evidence.OfPreparation;
import dev.build0711.runner.run.Evidence.OfStart;
import dev.build0711.runner.run.Evidence.Prepared;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.Message;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One OpenHands app server that is spoken to in V0, from 0.62 to 1.6. It clones the repository
/// itself, as a part of the start. A key that cannot be read counts as a backend that cannot be
/// reached.
public final class LegacyBackend implements AgentBackend {

  private static final Duration MOST_FOR_ONE = Duration.ofSeconds(20);

  private final String name;
  private final Calls calls;
  private final Release release;
  private final Starts starts;
  private final Looks looks;
  private final Messages messages;
  private final Revival revival;
  private final Collector collector;
  private final InstantSource clock;

  public LegacyBackend(LegacySettings settings, Exchanges exchanges, InstantSource clock) {
    this.name = settings.name();
    this.clock = clock;
    this.calls = new Calls(new Api(settings.baseUrl(), settings.key(), exchanges));
    this.release = new Release(calls, clock);
    ConversationList list = new ConversationList(calls);
    Places places = new Places(list, settings.maxConversations());
    this.starts = new Starts(calls, new Search(calls, list, clock), places, release, name);
    this.looks = new Looks(calls);
    this.revival = new Revival(calls, places);
    this.messages = new Messages(calls, revival);
    this.collector = new Collector(calls);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<OfPreparation> prepare(Order order, Duration limit) {
    return Optional.empty();
  }

  @Override
  public OfPreparation preparation(
      Order order, Conversation conversation, String cursor, Duration limit) {
    return new Prepared(conversation, null);
  }

  @Override
  public OfStart start(Order order, boolean first, Duration limit) {
    return starts.start(order, first, Deadline.in(limit, clock));
  }

  @Override
  public OfStart find(Order order, Duration limit) {
    return starts.find(order, Deadline.in(limit, clock));
  }

  /// Looks at one after the other, as the server slows down whoever asks much at once. Those that
  /// are not reached in time are answered from memory.
  @Override
  public List<OfLook> look(List<Watched> watched, Duration limit) {
    Deadline deadline = Deadline.in(limit, clock);
    return watched.stream().map(one -> look(one, deadline)).toList();
  }

  private OfLook look(Watched one, Deadline deadline) {
    Duration left = deadline.left();
    if (!left.isPositive()) {
      return Looks.remembered(one.cursor());
    }
    Duration limit = left.compareTo(MOST_FOR_ONE) < 0 ? left : MOST_FOR_ONE;
    return looks.look(one.conversation().id(), one.cursor(), Deadline.in(limit, clock));
  }

  @Override
  public OfControl tell(
      Conversation conversation,
      Message message,
      Sending sending,
      @Nullable String cursor,
      Duration limit) {
    return messages.tell(conversation.id(), message, sending, cursor, Deadline.in(limit, clock));
  }

  @Override
  public OfControl resume(Conversation conversation, @Nullable String cursor, Duration limit) {
    return revival.resume(conversation.id(), cursor, Deadline.in(limit, clock));
  }

  /// Stops the agent and leaves it its sandbox. Where it has none yet, the conversation is closed.
  @Override
  public OfControl stop(Conversation conversation, Duration limit) {
    Deadline deadline = Deadline.in(limit, clock);
    Reply ordered = calls.order(conversation.id(), "stopped", deadline.half());
    Reply reply = ordered.is(404) ? calls.close(conversation.id(), deadline) : ordered;
    return reply.is(200) ? new StopTaken() : unheard(reply);
  }

  private static OfControl unheard(Reply reply) {
    return reply.is(404) ? new ConversationMissing() : reply.silence();
  }

  @Override
  public Collection collect(Order order, Conversation conversation, Duration limit) {
    return collector.collect(
        conversation.id(), order.repository() != null, Deadline.in(limit, clock));
  }

  @Override
  public Health check(Duration limit) {
    Deadline deadline = Deadline.in(limit, clock);
    release.ask(deadline.half());
    String version = release.version(deadline.half());
    Reply reply = calls.get(Calls.LIST + "?limit=1", deadline);
    boolean sound =
        reply instanceof Answer(int status, JsonNode body, _)
            && status == 200
            && body.path("results").isArray();
    return sound
        ? Health.good(Dialect.APP_V0, version)
        : Health.bad(Dialect.APP_V0, version, reply.silence());
  }
}
