package dev.build0711.runner.app;

import static dev.build0711.runner.testing.Runs.ID;
import static dev.build0711.runner.testing.Runs.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.BackendStore;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.WakeUps.Tick;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.run.Evidence.MessageAccepted;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.StatusReason;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.MemoryArtifacts;
import dev.build0711.runner.testing.RecordedWakeUps;
import dev.build0711.runner.testing.Runs;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// A store in memory and a backend that answers as a test tells it; looks at the runs there.
abstract class PollRunFixture {

  Instant now = T0.plusSeconds(10);
  final InMemoryRunStore store = new InMemoryRunStore(() -> now);
  final MemoryArtifacts artifacts = new MemoryArtifacts();
  final ScriptedBackend backend = new ScriptedBackend();
  final List<Wake> wakes = new ArrayList<>();
  final List<Tick> ticks = new ArrayList<>();

  /// What happens elsewhere while a look is being decided.
  Runnable whileDeciding = () -> {};

  final PollRun pollRun = pollRun(store);
  private int others;

  PollRun pollRun(BackendStore backends) {
    return pollRun(store, backends, () -> now);
  }

  PollRun pollRun(InMemoryRunStore runs, InstantSource time) {
    return pollRun(runs, store, time);
  }

  private PollRun pollRun(InMemoryRunStore runs, BackendStore backends, InstantSource time) {
    return new PollRun(
        runs,
        runs,
        artifacts,
        backends,
        backend,
        new RecordedWakeUps(wakes, ticks),
        new Prompts(new Marker(() -> "a key of the tests")),
        Clocks.DEFAULT,
        LookUps.NONE,
        time,
        this::drawn);
  }

  /// The shortest waits there are.
  private long drawn() {
    whileDeciding.run();
    return 0L;
  }

  /// So many runs whose agents are at work on the backend, and whose looks are due.
  List<RunId> crowd(int size) {
    List<RunId> ids = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Run run = other(Runs.working(CompleteOn.EITHER));
      store.put(run, List.of());
      ids.add(run.id());
    }
    return ids;
  }

  Run other(Run run) {
    return Runs.other(run, ++others);
  }

  static Run waiting(Message message) {
    Run asked =
        after(
            Runs.working(CompleteOn.EITHER),
            Runs.seen(new AgentStatus.Waiting(Reason.ANSWERED_IN_TEXT)));
    return after(asked, new MessageAccepted(message));
  }

  static Message message(long askedEpoch) {
    return new Message(1, "Paint it green", null, 0, askedEpoch, Message.State.WANTED, null);
  }

  void stored(Run run) {
    store.put(run, List.of());
  }

  /// Looks once, after which the backend has been asked exactly this since the test began.
  void looked(String... asked) {
    assertThat(pollRun.apply(ID)).isTrue();
    assertThat(backend.asked).containsExactly(asked);
  }

  Run run() {
    return store.find(ID).orElseThrow();
  }

  Reason reason() {
    StatusReason reason = run().standing().reason();
    if (reason == null) {
      throw new AssertionError("no reason is given");
    }
    return reason.code();
  }

  Instant nextLook() {
    return wakes.getLast().at();
  }

  static Run after(Run run, Evidence evidence) {
    return Runs.after(run, evidence, T0.plusSeconds(5));
  }
}
