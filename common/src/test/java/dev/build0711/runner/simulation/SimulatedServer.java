package dev.build0711.runner.simulation;

import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.AgentResumed;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Evidence.OfPreparation;
import dev.build0711.runner.run.Evidence.OfStart;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import dev.build0711.runner.run.Evidence.Resuming;
import dev.build0711.runner.run.Evidence.StartUnclear;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Progress;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One OpenHands: what an adapter would say of it, with its weather and its agents. Where the
/// runner chooses the ids of conversations, starting is idempotent; elsewhere a start is recognised
/// by its prompt, and done as often as it is asked for.
final class SimulatedServer implements AgentBackend {

  private static final List<Progress.TaskStatus> STATUSES =
      List.of(Progress.TaskStatus.DONE, Progress.TaskStatus.TODO);
  private static final List<AgentStatus> FLAPS =
      List.of(
          new AgentStatus.Starting(),
          new AgentStatus.Failed(Reason.AGENT_STUCK),
          new AgentStatus.Waiting(Reason.PAUSED),
          new AgentStatus.Interrupted(),
          new AgentStatus.Unknown("rate_limited"));

  private final World world;
  private final String name;
  private final Dialect dialect;
  private final int places;
  private final Weather weather;
  private final Lodging lodging;
  private final Postbox postbox;

  SimulatedServer(World world, String name, Dialect dialect, int places) {
    this.world = world;
    this.name = name;
    this.dialect = dialect;
    this.places = places;
    this.weather = new Weather(world);
    this.lodging = new Lodging(world, dialect);
    this.postbox = new Postbox(world);
  }

  @Override
  public String name() {
    return name;
  }

  Dialect dialect() {
    return dialect;
  }

  int places() {
    return places;
  }

  Weather weather() {
    return weather;
  }

  Lodging lodging() {
    return lodging;
  }

  /// Whether what begins now is not answered; then its time is up, or has been before it began.
  private @Nullable BackendSilent silence(Duration limit) {
    lodging.catchUp();
    if (!limit.isPositive()) {
      return new BackendSilent(Reason.BACKEND_UNREACHABLE, null);
    }
    BackendSilent silent = weather.silence();
    if (silent == null && world.faults().strikes(Fault.BACKEND_SLOW)) {
      world.time().pass(limit);
      return new BackendSilent(Reason.BACKEND_UNREACHABLE, null);
    }
    world.time().passMillis(20);
    return silent;
  }

  @Override
  public Optional<OfPreparation> prepare(Order order, Duration limit) {
    BackendSilent silent = silence(limit);
    if (silent != null) {
      return Optional.of(silent);
    }
    return dialect == Dialect.AGENT_SERVER
        ? Optional.of(lodging.prepare(order, conversation(order.id().value().toString())))
        : Optional.empty();
  }

  @Override
  public OfPreparation preparation(
      Order order, Conversation conversation, String cursor, Duration limit) {
    BackendSilent silent = silence(limit);
    return silent != null ? silent : lodging.preparation(order, conversation);
  }

  @Override
  public OfStart start(Order order, boolean first, Duration limit) {
    BackendSilent silent = silence(limit);
    if (silent != null) {
      return silent;
    }
    SimulatedAgent there = first ? null : lodging.of(order);
    if (there != null) {
      return found(there);
    }
    if (weather.full()) {
      return new BackendFull();
    }
    return switch (lodging.start(order)) {
      case Lodging.Start.Answered(SimulatedAgent agent) -> found(agent);
      case Lodging.Start.Unanswered _ -> {
        world.time().pass(limit.dividedBy(2));
        yield unclear(order);
      }
    };
  }

  @Override
  public OfStart find(Order order, Duration limit) {
    BackendSilent silent = silence(limit);
    if (silent != null) {
      return silent;
    }
    SimulatedAgent there = lodging.of(order);
    return there == null ? new ConversationMissing() : found(there);
  }

  private OfStart found(SimulatedAgent agent) {
    return agent.hidden(world.time().instant())
        ? new StartUnclear(null)
        : new ConversationStarted(conversation(agent.id()), "0");
  }

  private OfStart unclear(Order order) {
    return new StartUnclear(dialect == Dialect.APP_V0 ? null : conversation(Lodging.chosen(order)));
  }

  private Conversation conversation(String id) {
    return new Conversation(name, dialect, "1", id);
  }

  @Override
  public List<OfLook> look(List<Watched> watched, Duration limit) {
    BackendSilent silent = silence(limit);
    List<OfLook> seen = new ArrayList<>(watched.size());
    for (Watched one : watched) {
      seen.add(silent == null ? look(one) : silent);
    }
    return seen;
  }

  private OfLook look(Watched one) {
    SimulatedAgent agent = lodging.named(one.conversation().id());
    if (agent == null) {
      return new ConversationMissing();
    }
    int read = one.cursor() == null ? 0 : Integer.parseInt(one.cursor());
    return new AgentSeen(
        new AgentLook(
            shown(agent),
            agent.news() > read,
            tasks(agent),
            agent.stepsDone(),
            500,
            Usage.NONE,
            null,
            List.of(),
            agent.texts().size(),
            "1",
            Integer.toString(agent.news())));
  }

  private AgentStatus shown(SimulatedAgent agent) {
    if (world.faults().strikes(Fault.STATUS_FLAPS)) {
      agent.misreport();
      return world.dice().of(FLAPS);
    }
    if (agent.does() == SimulatedAgent.Does.WORKS
        && world.faults().strikes(Fault.STATUS_EARLY, 5)) {
      agent.misreport();
      return new AgentStatus.Finished();
    }
    return agent.status();
  }

  /// A list that grows and shrinks, as those of agents do.
  private @Nullable List<Progress.Task> tasks(SimulatedAgent agent) {
    if (agent.stepsDone() == 0) {
      return null;
    }
    List<Progress.Task> tasks = new ArrayList<>();
    for (int i = world.dice().below(4); i >= 0; i--) {
      tasks.add(new Progress.Task("a step", world.dice().of(STATUSES)));
    }
    return tasks;
  }

  @Override
  public OfControl tell(
      Conversation conversation,
      Message message,
      Sending sending,
      @Nullable String cursor,
      Duration limit) {
    BackendSilent silent = silence(limit);
    if (silent != null) {
      return silent;
    }
    SimulatedAgent agent = lodging.named(conversation.id());
    return agent == null
        ? new ConversationMissing()
        : postbox.tell(agent, message, sending, weather.full(), cursor);
  }

  @Override
  public OfControl resume(Conversation conversation, @Nullable String cursor, Duration limit) {
    BackendSilent silent = silence(limit);
    if (silent != null) {
      return silent;
    }
    SimulatedAgent agent = lodging.named(conversation.id());
    if (agent == null) {
      return new ConversationMissing();
    }
    if (weather.full()) {
      return new BackendFull();
    }
    if (world.faults().strikes(Fault.RESUME_SLOW, 300) && !agent.woken()) {
      return new Resuming();
    }
    if (agent.does() == SimulatedAgent.Does.CUT_OFF) {
      agent.goOn(1 + world.dice().below(4));
    }
    return new AgentResumed(cursor);
  }

  @Override
  public OfControl stop(Conversation conversation, Duration limit) {
    BackendSilent silent = silence(limit);
    if (silent != null) {
      return silent;
    }
    SimulatedAgent agent = lodging.named(conversation.id());
    if (agent == null) {
      return new ConversationMissing();
    }
    if (world.faults().strikes(Fault.AGENT_STUBBORN)) {
      return new StopTaken();
    }
    if (agent.atWork() && world.faults().strikes(Fault.STOP_SLOW, 300)) {
      agent.stopWhenStepIsOver();
    } else {
      agent.stop();
    }
    return new StopTaken();
  }

  @Override
  public Collection collect(Order order, Conversation conversation, Duration limit) {
    BackendSilent silent = silence(limit);
    if (silent != null) {
      return new Collection.Unavailable(silent);
    }
    return lodging.named(conversation.id()) == null
        ? new Collection.Unavailable(new ConversationMissing())
        : new Collection.Harvest(new ResultsCollected(null, null, List.of()), List.of());
  }

  @Override
  public Health check(Duration limit) {
    BackendSilent silent = silence(limit);
    return silent == null ? Health.good(dialect, "1") : Health.bad(dialect, null, silent);
  }
}
