package dev.build0711.runner.wiring;

import dev.build0711.runner.api.GitHosts;
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
import dev.build0711.runner.cloudsql.LoginToken;
import dev.build0711.runner.config.Deployment;
import dev.build0711.runner.config.Environment;
import dev.build0711.runner.config.Need;
import dev.build0711.runner.config.RunnerConfig;
import dev.build0711.runner.config.SecretList;
import dev.build0711.runner.githost.github.GitHub;
import dev.build0711.runner.githost.gitlab.GitLab;
import dev.build0711.runner.http.Callers;
import dev.build0711.runner.http.Edge;
import dev.build0711.runner.log.JsonLogs;
import dev.build0711.runner.openhands.agentserver.AgentServerPush;
import dev.build0711.runner.port.ArtifactStore;
import dev.build0711.runner.port.BackendPush;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.GitHost;
import dev.build0711.runner.port.PullRequestLookUp;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.postgres.Database;
import dev.build0711.runner.postgres.Migrations;
import dev.build0711.runner.postgres.PostgresArtifactStore;
import dev.build0711.runner.postgres.PostgresBackendStore;
import dev.build0711.runner.postgres.PostgresDeliveryStore;
import dev.build0711.runner.postgres.PostgresFailedLooks;
import dev.build0711.runner.postgres.PostgresRunStore;
import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.run.Marker;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One process's product, put together from its configuration. What a function does not ask for is
/// never made, so that it starts fast; making something connects to nothing yet.
public final class Wiring implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Wiring.class.getName());

  private final RunnerConfig config;
  private final InstantSource time;
  private final RandomGenerator random = new SecureRandom();
  private final SecretValues secrets;
  private final Database.Settings settings;
  private @Nullable Database callers;
  private @Nullable Database background;
  private @Nullable Backends backends;

  private Wiring(RunnerConfig config, InstantSource time) {
    this(config, new SecretValues(time), time);
  }

  Wiring(RunnerConfig config, SecretValues secrets, InstantSource time) {
    this.config = config;
    this.time = time;
    this.secrets = secrets;
    this.settings =
        new Database.Settings(
            new DatabaseLogin(config.database(), secrets, new LoginToken()),
            config.database().poolSize());
  }

  /// For a function on the platform: reads the environment and takes over the log.
  ///
  /// @param needs what the function cannot work without
  /// @throws dev.build0711.runner.config.InvalidConfiguration naming everything that is wrong
  public static Wiring fromEnvironment(Need... needs) {
    Environment environment = Environment.ofProcess(Deployment.FUNCTIONS);
    Wiring wiring =
        new Wiring(RunnerConfig.from(environment, Set.of(needs)), InstantSource.system());
    wiring.installLog();
    return wiring;
  }

  /// For a process that has read its configuration; it needs a database.
  public static Wiring of(RunnerConfig config, InstantSource time) {
    return new Wiring(config, time);
  }

  /// Sends the log of this process where the configuration wants it, and says there what it warns
  /// of.
  public void installLog() {
    RunnerConfig.Log log = config.log();
    JsonLogs.install(log.level(), log.format(), log.project());
    config.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
  }

  /// What every endpoint has in common.
  public Edge edge() {
    return new Edge(callers(), config.server().publicUrl(), random);
  }

  /// The runs, for work that no caller waits for.
  public RunStore backgroundRuns() {
    return new PostgresRunStore(backgroundDatabase().source());
  }

  private RunStore runs() {
    return new PostgresRunStore(callersDatabase().source());
  }

  public Migrations migrations() {
    return new Migrations(backgroundDatabase().source());
  }

  /// The queue that the configuration names.
  public WakeUps wakeUps() {
    return Queues.open(config.queue());
  }

  public CreateRun createRun(WakeUps wakeUps) {
    return new CreateRun(runs(), wakeUps, time, random);
  }

  public FindRuns findRuns() {
    return new FindRuns(runs());
  }

  public FindArtifacts findArtifacts() {
    return new FindArtifacts(findRuns(), artifactStore(callersDatabase()));
  }

  private ArtifactStore artifactStore(Database database) {
    return new PostgresArtifactStore(database.source(), Artifacts.outside(config.storage()));
  }

  public CancelRun cancelRun(WakeUps wakeUps) {
    return new CancelRun(runs(), wakeUps, time);
  }

  public SendMessage sendMessage(WakeUps wakeUps) {
    return new SendMessage(runs(), wakeUps, new Prompts(marker()), time);
  }

  public PollRun pollRun(WakeUps wakeUps) {
    var clocks =
        new Clocks(
            config.runs().startTimeout(),
            Clocks.DEFAULT.preparation(),
            config.runs().stallTimeout());
    return new PollRun(
        backgroundRuns(),
        new PostgresFailedLooks(backgroundDatabase().source()),
        artifactStore(backgroundDatabase()),
        new PostgresBackendStore(backgroundDatabase().source()),
        backends(),
        wakeUps,
        new Prompts(marker()),
        clocks,
        lookUps(wakeUps),
        time,
        random);
  }

  private LookUps lookUps(WakeUps wakeUps) {
    List<PullRequestLookUp> hosts = GitHostApis.of(config.git(), secrets, time);
    return hosts.isEmpty()
        ? LookUps.NONE
        : new LookUpPullRequests(
            hosts,
            backgroundRuns(),
            new PostgresDeliveryStore(backgroundDatabase().source()),
            wakeUps,
            marker(),
            addresses(),
            time);
  }

  private List<URI> addresses() {
    return config.openhands().backends().stream().map(RunnerConfig.Backend::url).toList();
  }

  public Admit admit(WakeUps wakeUps) {
    return new Admit(backgroundRuns(), backends(), wakeUps);
  }

  public TendBackend tendBackend(WakeUps wakeUps) {
    return new TendBackend(
        new PostgresBackendStore(backgroundDatabase().source()),
        backgroundRuns(),
        backends(),
        wakeUps,
        time);
  }

  /// The names of the configured backends.
  public List<String> backendNames() {
    return config.openhands().backends().stream().map(RunnerConfig.Backend::name).toList();
  }

  public AskForTicks askForTicks(WakeUps wakeUps) {
    return new AskForTicks(backends(), wakeUps, time);
  }

  public SetAside setAside() {
    return new SetAside(new PostgresFailedLooks(backgroundDatabase().source()));
  }

  public Sweep sweep(WakeUps wakeUps) {
    return new Sweep(backgroundRuns(), wakeUps);
  }

  public ReceiveWebhook receiveWebhook(WakeUps wakeUps) {
    return new ReceiveWebhook(
        new PostgresDeliveryStore(callersDatabase().source()),
        wakeUps,
        marker(),
        addresses(),
        time);
  }

  public TendDeliveries tendDeliveries(WakeUps wakeUps) {
    return new TendDeliveries(
        new PostgresDeliveryStore(backgroundDatabase().source()), wakeUps, time);
  }

  public TakeHint takeHint(WakeUps wakeUps) {
    return new TakeHint(runs(), wakeUps);
  }

  public BackendPush backendPush() {
    return new AgentServerPush(() -> values(config.webhooks().openhandsSecrets()));
  }

  public CheckHealth checkHealth() {
    return new CheckHealth(
        new PostgresRunStore(callersDatabase().source()), backends(), System::nanoTime);
  }

  /// The git hosts on which repositories can lie.
  public GitHosts gitHosts() {
    return new GitHosts(config.git().githubUrl(), config.git().gitlabUrl());
  }

  public GitHost gitHub() {
    return new GitHub(() -> values(config.webhooks().githubSecrets()));
  }

  public GitHost gitLab() {
    return new GitLab(() -> gitLab(true), () -> gitLab(false), time);
  }

  @Override
  public synchronized void close() {
    if (callers != null) {
      callers.close();
    }
    if (background != null) {
      background.close();
    }
  }

  /// Apart from [#backgroundDatabase], so that no caller waits behind thousands of looks.
  private synchronized Database callersDatabase() {
    if (callers == null) {
      callers = Database.forCallers(settings);
    }
    return callers;
  }

  private synchronized Database backgroundDatabase() {
    if (background == null) {
      background = Database.forBackground(settings);
    }
    return background;
  }

  /// The same for everybody, because they remember what they have learnt of their servers.
  private synchronized Backends backends() {
    if (backends == null) {
      backends = OpenHands.backends(config, secrets, time);
    }
    return backends;
  }

  /// GitLab signs with tokens that begin with `whsec_`, and shows all others as they are.
  private List<String> gitLab(boolean signing) {
    return values(config.webhooks().gitlabSecrets()).stream()
        .filter(secret -> secret.startsWith("whsec_") == signing)
        .toList();
  }

  private List<String> values(SecretList list) {
    return list.values(secrets);
  }

  private Marker marker() {
    return new Marker(() -> secrets.required(config.security().markerKey(), "security.marker_key"));
  }

  private Callers callers() {
    var tokens = new TokenDigests(() -> config.security().apiTokens().values(secrets));
    return config.security().enableAuth() ? Callers.holding(tokens) : Callers.everybody();
  }
}
