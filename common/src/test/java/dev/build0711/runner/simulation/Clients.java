package dev.build0711.runner.simulation;

import dev.build0711.runner.app.CancelRun.Cancellation;
import dev.build0711.runner.app.SendMessage.Letter;
import dev.build0711.runner.app.SendMessage.Outcome;
import dev.build0711.runner.port.RunStore.Creation;
import dev.build0711.runner.port.RunStore.IdempotencyKey;
import dev.build0711.runner.port.RunStore.RunFilter;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Those who call the API, with all that they were answered.
final class Clients {

  static final List<Repository> REPOSITORIES =
      List.of(
          new Repository(GitProvider.GITHUB, "github.com", "acme/widgets", 1L),
          new Repository(GitProvider.GITHUB, "github.com", "acme/gadgets", 2L));
  static final Repository ELSEWHERE =
      new Repository(GitProvider.GITHUB, "github.com", "mallory/widgets", 3L);

  private static final String SAME = "a".repeat(64);
  private static final String OTHER = "b".repeat(64);
  private static final List<Duration> TIMEOUTS =
      List.of(Duration.ofMinutes(20), Duration.ofHours(1), Duration.ofHours(6));
  private static final List<CompleteOn> ENDS =
      List.of(
          CompleteOn.EITHER,
          CompleteOn.EITHER,
          CompleteOn.AGENT,
          CompleteOn.PULL_REQUEST,
          CompleteOn.MERGE);
  private static final List<AgentOptions> OPTIONS =
      List.of(
          AgentOptions.NONE,
          AgentOptions.NONE,
          AgentOptions.NONE,
          new AgentOptions(3, null, null, null));
  private static final List<String> PROJECTS = List.of("shop", "site");

  private final World world;
  private final List<Request> requests = new ArrayList<>();
  private final List<RunId> accepted = new ArrayList<>();
  private final Map<RunId, Boolean> cancelled = new HashMap<>();
  private final List<Taken> taken = new ArrayList<>();
  private int numbers;

  /// A request to create a run. One with a key may be sent again, and then has an answer to agree
  /// with.
  private static final class Request {

    private final RunSpec spec;
    private final @Nullable IdempotencyKey key;
    private @Nullable RunId answer;

    Request(RunSpec spec, @Nullable IdempotencyKey key) {
      this.spec = spec;
      this.key = key;
    }
  }

  /// A message that was accepted.
  record Taken(RunId run, int seq) {}

  Clients(World world) {
    this.world = world;
  }

  /// How many runs were asked for.
  int requests() {
    return numbers;
  }

  /// The runs that somebody was told of.
  List<RunId> accepted() {
    return accepted;
  }

  /// The messages that somebody was told of.
  List<Taken> taken() {
    return taken;
  }

  /// Whether somebody was told that the run is being cancelled.
  boolean cancelled(RunId run) {
    return cancelled.containsKey(run);
  }

  void create(SimulatedProcess process) {
    int number = ++numbers;
    boolean named = world.dice().chance(700);
    Repository repository = world.dice().chance(600) ? world.dice().of(REPOSITORIES) : null;
    RunSpec spec =
        new RunSpec(
            world.dice().of(PROJECTS),
            "Do it",
            repository,
            null,
            null,
            named ? "key " + number : null,
            world.dice().of(ENDS),
            world.dice().of(TIMEOUTS),
            world.dice().below(3),
            world.dice().of(OPTIONS));
    create(process, spec, named ? new IdempotencyKey("key " + number, SAME) : null);
  }

  void create(SimulatedProcess process, RunSpec spec, @Nullable IdempotencyKey key) {
    Request request = new Request(spec, key);
    requests.add(request);
    send(process, request);
  }

  /// The same request again, which only one with a key can be.
  void repeat(SimulatedProcess process) {
    if (requests.isEmpty()) {
      return;
    }
    Request request = world.dice().of(requests);
    if (request.key != null) {
      if (request.answer != null && world.dice().chance(200)) {
        confuse(process, request, request.key);
      } else {
        send(process, request);
      }
    }
  }

  private void send(SimulatedProcess process, Request request) {
    switch (process.create.create(request.spec, request.key)) {
      case Creation.Created(Run run) -> answered(request, run.id());
      case Creation.Replayed(Run run) -> answered(request, run.id());
      case Creation.KeyReused _ ->
          throw new BrokenRule("I2", "the same request is taken for another", request.spec);
    }
  }

  private void answered(Request request, RunId run) {
    if (request.key == null || request.answer == null) {
      world.rules().accepted(run);
      accepted.add(run);
    } else if (!request.answer.equals(run)) {
      throw new BrokenRule("I2", "one key has two runs", run);
    }
    request.answer = run;
  }

  /// Another request under a key that was used.
  private void confuse(SimulatedProcess process, Request request, IdempotencyKey key) {
    Creation creation = process.create.create(request.spec, new IdempotencyKey(key.key(), OTHER));
    if (!(creation instanceof Creation.KeyReused)) {
      throw new BrokenRule("I2", "another request under a used key is taken", key);
    }
  }

  void cancel(SimulatedProcess process, RunId run) {
    if (process.cancel.cancel(run, Set.of()).orElse(null)
        instanceof Cancellation(Run after, boolean over)) {
      if (!over) {
        cancelled.put(after.id(), true);
      }
    }
  }

  void write(SimulatedProcess process, RunId run) {
    Boolean accept = world.dice().chance(150) ? world.dice().chance(700) : null;
    String text = world.dice().chance(200) ? "again" : "message " + world.dice().below(1_000_000);
    Letter letter = new Letter(accept == null ? text : null, accept);
    IdempotencyKey key =
        accept == null && world.dice().chance(300) ? new IdempotencyKey(text, SAME) : null;
    if (process.send.send(run, Set.of(), letter, key).orElse(null)
        instanceof Outcome.Taken(var message)) {
      taken.add(new Taken(run, message.message().seq()));
    }
  }

  void read(SimulatedProcess process, RunId run) {
    switch (world.dice().below(3)) {
      case 0 -> process.find.one(run, Set.of());
      case 1 -> process.find.detail(run, Set.of());
      default -> process.find.list(new RunFilter(List.of(), List.of()), Set.of(), null, 10);
    }
  }
}
