package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.Secrets.SecretUnavailable;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Evidence.OfPreparation;
import dev.build0711.runner.run.Evidence.OfStart;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Reason;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One OpenHands agent-server, 1.23 or later. A secret of the configuration that cannot be read
/// counts as a backend that cannot be reached.
public final class AgentServerBackend implements AgentBackend {

  private static final BackendSilent NO_SECRET =
      new BackendSilent(Reason.BACKEND_UNREACHABLE, null);

  private final String name;
  private final Api api;
  private final Probe probe;
  private final Workspace workspace;
  private final Conversations conversations;
  private final Looks looks;
  private final Messages messages;
  private final Control control;
  private final Collector collector;
  private final InstantSource clock;

  public AgentServerBackend(
      AgentServerSettings settings, Exchanges exchanges, InstantSource clock) {
    this.name = settings.name();
    this.clock = clock;
    this.api = new Api(settings.baseUrl(), settings.key(), exchanges);
    this.probe = new Probe(api, clock);
    Directories directories = new Directories(settings.workspaceRoot());
    this.workspace = new Workspace(api, probe, settings, directories, clock);
    this.conversations =
        new Conversations(
            api,
            probe,
            new AgentChooser(api, settings),
            new StartBody(settings.git(), directories),
            name,
            clock);
    this.looks = new Looks(api, new Sight(api, probe, clock), clock);
    this.messages = new Messages(api, clock);
    this.control = new Control(api, clock);
    this.collector = new Collector(api, directories);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<OfPreparation> prepare(Order order, Duration limit) {
    try {
      return Optional.of(workspace.prepare(order, Deadline.in(limit, clock)));
    } catch (SecretUnavailable e) {
      return Optional.of(NO_SECRET);
    }
  }

  @Override
  public OfPreparation preparation(
      Order order, Conversation conversation, String cursor, Duration limit) {
    try {
      return workspace.progress(order, conversation, cursor, Deadline.in(limit, clock));
    } catch (SecretUnavailable e) {
      return NO_SECRET;
    }
  }

  @Override
  public OfStart start(Order order, boolean first, Duration limit) {
    try {
      return conversations.start(order, first, Deadline.in(limit, clock));
    } catch (SecretUnavailable e) {
      return NO_SECRET;
    }
  }

  @Override
  public OfStart find(Order order, Duration limit) {
    return conversations.find(order, Deadline.in(limit, clock));
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
    return messages.tell(id(conversation), message, sending, cursor, Deadline.in(limit, clock));
  }

  @Override
  public Collection collect(Order order, Conversation conversation, Duration limit) {
    return collector.collect(order, id(conversation), Deadline.in(limit, clock));
  }

  @Override
  public OfControl resume(Conversation conversation, @Nullable String cursor, Duration limit) {
    return control.resume(id(conversation), cursor, Deadline.in(limit, clock));
  }

  @Override
  public OfControl stop(Conversation conversation, Duration limit) {
    return control.stop(id(conversation), Deadline.in(limit, clock));
  }

  @Override
  public Health check(Duration limit) {
    Deadline deadline = Deadline.in(limit, clock);
    return switch (probe.ask(deadline)) {
      case Silent<ServerInfo>(var evidence) -> Health.bad(Dialect.AGENT_SERVER, null, evidence);
      case Got<ServerInfo>(ServerInfo info) -> {
        Reply reply = api.get("/api/conversations/count", deadline);
        yield reply.is(200)
            ? Health.good(Dialect.AGENT_SERVER, info.version())
            : Health.bad(Dialect.AGENT_SERVER, info.version(), reply.silence());
      }
    };
  }

  private static UUID id(Conversation conversation) {
    return UUID.fromString(conversation.id());
  }
}
