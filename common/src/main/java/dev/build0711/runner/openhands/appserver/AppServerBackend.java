package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Evidence.OfPreparation;
import dev.build0711.runner.run.Evidence.OfStart;
import dev.build0711.runner.run.Evidence.Prepared;
import dev.build0711.runner.run.Message;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One OpenHands app server that speaks V1: 0.60 and later. It clones repositories itself, with the
/// tokens of its own settings. A secret of the configuration that cannot be read counts as a
/// backend that cannot be reached.
public final class AppServerBackend implements AgentBackend {

  private final String name;
  private final Api api;
  private final Releases releases;
  private final Starts starts;
  private final Looks looks;
  private final Messages messages;
  private final Control control;
  private final Collector collector;
  private final InstantSource clock;

  public AppServerBackend(AppServerSettings settings, Exchanges exchanges, InstantSource clock) {
    this(settings, exchanges, clock, AppServerBackend::sleep);
  }

  AppServerBackend(
      AppServerSettings settings, Exchanges exchanges, InstantSource clock, Starts.Pause pause) {
    this.name = settings.name();
    this.clock = clock;
    this.api = new Api(settings.baseUrl(), settings.key(), exchanges);
    this.releases = new Releases(api, clock);
    Sandboxes sandboxes = new Sandboxes(api, settings.maxSandboxes());
    Inside inside = new Inside(settings.baseUrl(), exchanges);
    this.starts = new Starts(api, releases, sandboxes, pause, name, clock);
    this.looks = new Looks(api, releases, new Sight(new History(api, releases), inside, clock));
    this.control = new Control(api, sandboxes, inside, clock);
    this.messages = new Messages(api, releases, control, inside, clock);
    this.collector = new Collector(api, sandboxes, inside);
  }

  private static boolean sleep(Duration time) {
    try {
      Thread.sleep(time);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public String name() {
    return name;
  }

  /// Nothing is to be prepared: a start names the repository, and the server clones it.
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

  @Override
  public List<OfLook> look(List<Watched> watched, Duration limit) {
    return looks.look(watched, Deadline.in(limit, clock));
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
    return control.resume(conversation.id(), cursor, Deadline.in(limit, clock));
  }

  @Override
  public OfControl stop(Conversation conversation, Duration limit) {
    return control.stop(conversation.id(), Deadline.in(limit, clock));
  }

  @Override
  public Collection collect(Order order, Conversation conversation, Duration limit) {
    return collector.collect(order, conversation.id(), Deadline.in(limit, clock));
  }

  @Override
  public Health check(Duration limit) {
    Deadline deadline = Deadline.in(limit, clock);
    return switch (releases.ask(deadline)) {
      case Silent<Release>(var evidence) -> Health.bad(Dialect.APP_V1, null, evidence);
      case Got<Release>(Release release) -> {
        Reply reply = api.get(Inventory.CONVERSATIONS + "/count", deadline);
        yield reply.is(200)
            ? Health.good(Dialect.APP_V1, release.version())
            : Health.bad(Dialect.APP_V1, release.version(), reply.silence());
      }
    };
  }
}
