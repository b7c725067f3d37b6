package dev.build0711.runner.standalone.faults;

import dev.build0711.runner.app.Admit;
import dev.build0711.runner.app.AskForTicks;
import dev.build0711.runner.app.CancelRun;
import dev.build0711.runner.app.CheckHealth;
import dev.build0711.runner.app.CreateRun;
import dev.build0711.runner.app.FindArtifacts;
import dev.build0711.runner.app.FindRuns;
import dev.build0711.runner.app.LookUpPullRequests;
import dev.build0711.runner.app.LookUps;
import dev.build0711.runner.app.PollRun;
import dev.build0711.runner.app.Prompts;
import dev.build0711.runner.app.ReceiveWebhook;
import dev.build0711.runner.app.SendMessage;
import dev.build0711.runner.app.SetAside;
import dev.build0711.runner.app.Sweep;
import dev.build0711.runner.app.TakeHint;
import dev.build0711.runner.app.TendBackend;
import dev.build0711.runner.app.TendDeliveries;
import dev.build0711.runner.openhands.ConfiguredBackends;
import dev.build0711.runner.port.GitDelivery;
import dev.build0711.runner.port.GitEvent;
import dev.build0711.runner.port.GitEvent.CommentCreated;
import dev.build0711.runner.port.GitEvent.PullRequestShown;
import dev.build0711.runner.port.GitEvent.RepositoryRenamed;
import dev.build0711.runner.port.GitEvent.Shown;
import dev.build0711.runner.port.RunStore.Creation;
import dev.build0711.runner.port.RunStore.IdempotencyKey;
import dev.build0711.runner.port.RunStore.RunFilter;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunSpec;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What callers, git hosts, the queue and the scheduler do, over some ports. Every request is
/// always the same one, so that doing it again is repeating it.
record UseCases(Ports ports, InstantSource time) {

  /// What the agent is asked for: it works five minutes, and finishes. No step is so long that a
  /// message cannot be answered in time.
  static final String PROMPT = "Paint the shed. [[scenario: finish tasks=15 seconds=20 pr=none]]";

  static final String MESSAGE = "Take the blue brush.";
  static final Repository WIDGETS =
      new Repository(GitProvider.GITHUB, "github.com", "acme/widgets", 900_000_001L);

  /// The repository whose webhooks get lost.
  static final Repository LOST =
      new Repository(GitProvider.GITHUB, "github.com", "acme/lost", 900_000_002L);

  private static final Marker MARKER = new Marker(() -> "a-key-of-the-markers-of-tests");
  private static final Prompts PROMPTS = new Prompts(MARKER);
  private static final Set<String> EVERY_PROJECT = Set.of();
  private static final RandomGenerator RANDOM = new SecureRandom();

  private static IdempotencyKey key(String name) {
    return new IdempotencyKey(name, "4".repeat(64));
  }

  /// Sends the request for a run.
  ///
  /// @param key its `Idempotency-Key`
  /// @param repository null for a run without one
  RunId create(String key, @Nullable Repository repository) {
    RunSpec spec =
        new RunSpec(
            "shop",
            PROMPT,
            repository,
            null,
            null,
            null,
            LOST.equals(repository) ? CompleteOn.PULL_REQUEST : CompleteOn.EITHER,
            RunSpec.DEFAULT_TIMEOUT,
            0,
            AgentOptions.NONE);
    var createRun = new CreateRun(ports.runs(), ports.wakeUps(), time, RANDOM);
    return switch (createRun.create(spec, key(key))) {
      case Creation.Created(var run) -> run.id();
      case Creation.Replayed(var run) -> run.id();
      case Creation.KeyReused() -> throw new AssertionError("the same request is another one");
    };
  }

  PollRun pollRun() {
    return new PollRun(
        ports.runs(),
        ports.failedLooks(),
        ports.artifacts(),
        ports.states(),
        ports.backends(),
        ports.wakeUps(),
        PROMPTS,
        Clocks.DEFAULT,
        lookUps(),
        time,
        RANDOM);
  }

  private LookUps lookUps() {
    return new LookUpPullRequests(
        List.of(ports.gitHost()),
        ports.runs(),
        ports.deliveries(),
        ports.wakeUps(),
        MARKER,
        List.of(),
        time);
  }

  /// What the standalone does in place of a queue.
  void lookAtDue() {
    PollRun pollRun = pollRun();
    Instant begin = time.instant();
    PollRun.together(ports.runs().claimDue(PollRun.MOST, PollRun.LEASE))
        .forEach(claims -> pollRun.look(claims, begin));
  }

  void cancel(RunId id) {
    new CancelRun(ports.runs(), ports.wakeUps(), time).cancel(id, EVERY_PROJECT);
  }

  void message(RunId id) {
    new SendMessage(ports.runs(), ports.wakeUps(), PROMPTS, time)
        .send(id, EVERY_PROJECT, new SendMessage.Letter(MESSAGE, null), key("letter-1"));
  }

  void pullRequest(RunId id) {
    deliver("delivery-1", "pull_request", new PullRequestShown(shown(id, WIDGETS)));
  }

  /// The pull request of a run.
  static Shown shown(RunId id, Repository repository) {
    Instant opened = Instant.parse("2026-03-02T10:00:30Z");
    PullRequest pullRequest =
        new PullRequest(
            repository,
            7,
            repository.pullRequests() + 7,
            PullRequest.State.OPEN,
            false,
            "openhands/" + id,
            "ada6dec36d2fa2530444998f1ae421fcb8cacffc",
            repository.id(),
            null,
            opened,
            opened);
    return new Shown(pullRequest, "Paints it.");
  }

  /// Somebody comments on the pull request.
  void comment() {
    deliver("delivery-0", "issue_comment", new CommentCreated(WIDGETS, 7, null, null));
  }

  void tendDeliveries() {
    new TendDeliveries(ports.deliveries(), ports.wakeUps(), time).apply();
  }

  void rename() {
    Repository renamed =
        new Repository(GitProvider.GITHUB, "github.com", "acme/gadgets", WIDGETS.id());
    deliver("delivery-2", "repository", new RepositoryRenamed(renamed, WIDGETS.path()));
  }

  private void deliver(String key, String kind, GitEvent event) {
    new ReceiveWebhook(ports.deliveries(), ports.wakeUps(), MARKER, List.of(), time)
        .receive(new GitDelivery("github", key, kind, "0".repeat(64), event));
  }

  void hint(RunId id) {
    new TakeHint(ports.runs(), ports.wakeUps()).take(id.value().toString().replace("-", ""));
  }

  int sweep() {
    return new Sweep(ports.runs(), ports.wakeUps()).apply();
  }

  void setAside() {
    new SetAside(ports.failedLooks()).apply();
  }

  /// Puts back whatever is set aside.
  void putBack() {
    SetAside setAside = new SetAside(ports.failedLooks());
    setAside.list(20).forEach(one -> setAside.requeue(one.id()));
  }

  int admit() {
    return new Admit(ports.runs(), ports.backends(), ports.wakeUps()).apply();
  }

  void tend() {
    new TendBackend(ports.states(), ports.runs(), ports.backends(), ports.wakeUps(), time)
        .apply(Ports.BACKEND);
  }

  void askForTicks() {
    new AskForTicks(ports.backends(), ports.wakeUps(), time).apply();
  }

  /// Reads everything that there is to be read.
  void read(RunId id) {
    FindRuns runs = new FindRuns(ports.runs());
    runs.detail(id, EVERY_PROJECT);
    runs.list(new RunFilter(List.of(), List.of()), EVERY_PROJECT, null, 20);
    FindArtifacts artifacts = new FindArtifacts(runs, ports.artifacts());
    artifacts.list(id, EVERY_PROJECT).orElseThrow().forEach(one -> artifacts.read(id, one));
    new CheckHealth(ports.probe(), new ConfiguredBackends(List.of()), System::nanoTime).check();
  }

  /// How long one may wait for anything here at most.
  static Duration patience() {
    return Duration.ofSeconds(60);
  }
}
