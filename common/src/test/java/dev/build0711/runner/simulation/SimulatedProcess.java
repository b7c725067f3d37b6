package dev.build0711.runner.simulation;

import dev.build0711.runner.app.Admit;
import dev.build0711.runner.app.AskForTicks;
import dev.build0711.runner.app.CancelRun;
import dev.build0711.runner.app.CreateRun;
import dev.build0711.runner.app.FindRuns;
import dev.build0711.runner.app.LookUps;
import dev.build0711.runner.app.PollRun;
import dev.build0711.runner.app.Prompts;
import dev.build0711.runner.app.ReceiveWebhook;
import dev.build0711.runner.app.SendMessage;
import dev.build0711.runner.app.Sweep;
import dev.build0711.runner.app.TakeHint;
import dev.build0711.runner.app.TendBackend;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.ArtifactStore;
import dev.build0711.runner.port.BackendStore;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.FailedLooks;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.run.Marker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One process of the runner with everything that it has in memory: the real use cases over ports
/// of its own, and a clock that may be wrong. It does one thing at a time.
final class SimulatedProcess {

  final CreateRun create;
  final FindRuns find;
  final CancelRun cancel;
  final SendMessage send;
  final PollRun poll;
  final TendBackend tend;
  final Admit admit;
  final Sweep sweep;
  final AskForTicks ask;
  final ReceiveWebhook receive;
  final TakeHint hint;

  /// @param skew by how much its clock is wrong
  SimulatedProcess(World world, Marker marker, Duration skew) {
    Ports ports = new Ports(world);
    RunStore runs = ports.of(RunStore.class, world.plant().runs(world.store(), world.queue()));
    FailedLooks failedLooks = ports.of(FailedLooks.class, world.store());
    BackendStore states = ports.of(BackendStore.class, world.store());
    DeliveryStore ledger = ports.of(DeliveryStore.class, world.plant().ledger(world.ledger()));
    ArtifactStore artifacts = ports.of(ArtifactStore.class, world.artifacts());
    WakeUps queue = ports.of(WakeUps.class, world.queue());
    Backends backends = new Fleet(world, ports);
    InstantSource clock = world.time().skewed(skew);
    Prompts prompts = new Prompts(marker);
    create = new CreateRun(runs, queue, clock, world.dice());
    find = new FindRuns(runs);
    cancel = new CancelRun(runs, queue, clock);
    send = new SendMessage(runs, queue, prompts, clock);
    poll =
        new PollRun(
            runs,
            failedLooks,
            artifacts,
            states,
            backends,
            queue,
            prompts,
            Clocks.DEFAULT,
            LookUps.NONE,
            clock,
            world.dice());
    tend = new TendBackend(states, runs, backends, queue, clock);
    admit = new Admit(runs, backends, queue);
    sweep = new Sweep(runs, queue);
    ask = new AskForTicks(backends, queue, clock);
    receive = new ReceiveWebhook(ledger, queue, marker, List.of(), clock);
    hint = new TakeHint(runs, queue);
  }

  /// The backends as this process reaches them.
  private static final class Fleet implements Backends {

    private final List<AgentBackend> all = new ArrayList<>();
    private final List<Terms> terms = new ArrayList<>();

    Fleet(World world, Ports ports) {
      for (SimulatedServer server : world.servers()) {
        all.add(ports.of(AgentBackend.class, world.plant().backend(server)));
        terms.add(new Terms(server.name(), 1, server.places(), false, null));
      }
    }

    @Override
    public Optional<AgentBackend> named(String name) {
      for (AgentBackend backend : all) {
        if (backend.name().equals(name)) {
          return Optional.of(backend);
        }
      }
      return Optional.empty();
    }

    @Override
    public List<AgentBackend> all() {
      return all;
    }

    @Override
    public List<Terms> terms() {
      return terms;
    }
  }
}
