package dev.build0711.runner.app;

import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Evidence.OfPreparation;
import dev.build0711.runner.run.Evidence.OfStart;
import dev.build0711.runner.run.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A backend that answers what the test has laid ready, and remembers what it was asked. It is the
/// only one there is, until it is no longer configured.
final class ScriptedBackend implements AgentBackend, Backends {

  final List<String> asked = new ArrayList<>();
  final List<Order> orders = new ArrayList<>();
  final List<Duration> limits = new ArrayList<>();

  /// Whether nothing is to be prepared before the start.
  boolean startPrepares;

  @Nullable OfPreparation preparation;
  @Nullable OfStart start;
  @Nullable OfLook look;
  @Nullable OfControl control;
  @Nullable Collection collection;
  boolean configured = true;

  /// How many runs it may have; null for what is usual of its kind.
  @Nullable Integer places = 10;

  int exchanges;
  Health health = Health.good(Dialect.AGENT_SERVER, "1.58.0");

  /// What happens elsewhere while the backend is being asked.
  Runnable meanwhile = () -> {};

  @Override
  public String name() {
    return "main";
  }

  @Override
  public Optional<OfPreparation> prepare(Order order, Duration limit) {
    orders.add(order);
    return startPrepares
        ? answer("prepare", limit, Optional.empty())
        : Optional.of(answer("prepare", limit, preparation));
  }

  @Override
  public OfPreparation preparation(
      Order order, Conversation conversation, String cursor, Duration limit) {
    return answer("preparation after " + cursor, limit, preparation);
  }

  @Override
  public OfStart start(Order order, boolean first, Duration limit) {
    orders.add(order);
    return answer(first ? "start" : "start again", limit, start);
  }

  @Override
  public OfStart find(Order order, Duration limit) {
    return answer("find", limit, start);
  }

  @Override
  public List<OfLook> look(List<Watched> watched, Duration limit) {
    exchanges++;
    return watched.stream().map(one -> answer("look after " + one.cursor(), limit, look)).toList();
  }

  @Override
  public OfControl tell(
      Conversation conversation,
      Message message,
      Sending sending,
      @Nullable String cursor,
      Duration limit) {
    return answer("tell " + message.text() + " " + sending, limit, control);
  }

  @Override
  public Collection collect(Order order, Conversation conversation, Duration limit) {
    return answer("collect", limit, collection);
  }

  @Override
  public OfControl resume(Conversation conversation, @Nullable String cursor, Duration limit) {
    return answer("resume", limit, control);
  }

  @Override
  public OfControl stop(Conversation conversation, Duration limit) {
    return answer("stop", limit, control);
  }

  @Override
  public Health check(Duration limit) {
    asked.add("check");
    meanwhile.run();
    return health;
  }

  @Override
  public List<Terms> terms() {
    return configured ? List.of(new Terms(name(), 1, places, false, null)) : List.of();
  }

  @Override
  public Optional<AgentBackend> named(String name) {
    return configured && name.equals(name()) ? Optional.of(this) : Optional.empty();
  }

  @Override
  public List<AgentBackend> all() {
    return List.of(this);
  }

  private <T> T answer(String question, Duration limit, @Nullable T answer) {
    asked.add(question);
    limits.add(limit);
    if (limit.compareTo(PollRun.EXCHANGE) > 0 || answer == null) {
      throw new AssertionError("not to be asked: " + question + " within " + limit);
    }
    meanwhile.run();
    return answer;
  }
}
