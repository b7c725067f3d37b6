package dev.build0711.runner.standalone;

import dev.build0711.runner.config.ConfigKey;
import dev.build0711.runner.config.Deployment;
import dev.build0711.runner.config.Environment;
import dev.build0711.runner.config.RunnerConfig;
import dev.build0711.runner.log.JsonLogs;
import dev.build0711.runner.simulator.Options;
import dev.build0711.runner.simulator.Simulator;
import dev.build0711.runner.standalone.http.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The configuration of a standalone runner, completed by what the runner makes itself where
/// nothing is given: a database, a simulated OpenHands, a token, a key. Closing it ends what it has
/// started.
final class StandaloneConfig implements AutoCloseable {

  private final RunnerConfig config;
  private final List<AutoCloseable> started;
  private final boolean simulated;
  private final @Nullable String token;

  private StandaloneConfig(
      RunnerConfig config, List<AutoCloseable> started, boolean simulated, @Nullable String token) {
    this.config = config;
    this.started = started;
    this.simulated = simulated;
    this.token = token;
  }

  /// What is configured, with a database in the folder `data` where none is configured; otherwise
  /// the folder is left alone.
  static StandaloneConfig withDatabase(Environment environment, Path data) {
    var making = new Making(environment, data, DataDirectory::open);
    return making.completed(making::database);
  }

  /// As [#withDatabase], for those who want what is in the database: none is made.
  static StandaloneConfig withExistingDatabase(Environment environment, Path data) {
    var making = new Making(environment, data, DataDirectory::existing);
    return making.completed(making::database);
  }

  /// What is configured, with everything that a running server needs. Nothing is made, and nothing
  /// forgotten, where the server could not listen.
  ///
  /// @param fresh whether the runs of earlier starts are forgotten
  /// @throws Main.CannotStart if the address to listen at cannot be had
  static StandaloneConfig complete(Environment environment, Path data, boolean fresh) {
    var making = new Making(environment, data, DataDirectory::open);
    return making.completed(() -> {
      making.folder();
      making.address();
      if (fresh) {
        making.forget();
      }
      making.secrets();
      making.database();
      making.openHands();
    });
  }

  static Environment environment() {
    return Environment.ofProcess(Deployment.STANDALONE);
  }

  RunnerConfig config() {
    return config;
  }

  /// Whether a simulated OpenHands stands in for a real one.
  boolean simulated() {
    return simulated;
  }

  /// The generated token, null where tokens are configured.
  @Nullable String token() {
    return token;
  }

  @Override
  public void close() {
    end(started);
  }

  /// Ends all of it, last first, also when one of them cannot be ended.
  private static void end(List<AutoCloseable> started) {
    IllegalStateException failure = null;
    for (AutoCloseable one : started.reversed()) {
      try {
        one.close();
      } catch (Exception e) {
        failure = new IllegalStateException("what was started cannot be ended", e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /// A configuration while what it lacks is being made, in the order in which it has to end.
  private static final class Making {

    private final RunnerConfig given;
    private final Path data;
    private final Function<Path, DataDirectory> opening;
    private final List<AutoCloseable> started = new ArrayList<>();
    private Environment environment;
    private @Nullable DataDirectory folder;
    private boolean simulated;
    private @Nullable String token;

    Making(Environment environment, Path data, Function<Path, DataDirectory> opening) {
      this.environment = environment;
      this.given = RunnerConfig.from(environment, Set.of());
      this.data = data;
      this.opening = opening;
      RunnerConfig.Log log = given.log(); // before anything that may have something to say
      JsonLogs.install(log.level(), log.format(), log.project());
    }

    DataDirectory folder() {
      if (folder == null) {
        folder = opening.apply(data);
        started.add(folder);
      }
      return folder;
    }

    void address() {
      try {
        HttpServer.check(given.server().host(), given.server().port());
      } catch (IllegalStateException e) {
        throw new Main.CannotStart(e);
      }
    }

    /// Removes the runs and their simulated conversations, but neither the token nor the unpacked
    /// programs.
    void forget() {
      try {
        EmbeddedPostgres.remove(folder().binaries(), folder().database());
        Files.deleteIfExists(folder().simulator());
      } catch (IOException e) {
        throw new UncheckedIOException("the runs in " + data + " cannot be forgotten", e);
      }
    }

    void secrets() {
      if (given.security().apiTokens().isEmpty() && given.security().enableAuth()) {
        token = folder().secret("token");
        environment = environment.with(ConfigKey.SECURITY_API_TOKENS, token);
      }
      if (given.security().markerKey() == null) {
        environment =
            environment.with(ConfigKey.SECURITY_MARKER_KEY, folder().secret("marker-key"));
      }
    }

    void database() {
      if (given.database().url() == null) {
        EmbeddedPostgres postgres =
            EmbeddedPostgres.start(folder().binaries(), folder().database());
        started.add(postgres);
        environment = environment.with(ConfigKey.DATABASE_URL, postgres.url());
      }
    }

    void openHands() {
      simulated = given.openhands().backends().isEmpty();
      if (simulated) {
        Simulator simulator = simulator(folder());
        started.add(simulator);
        environment =
            environment.with(ConfigKey.OPENHANDS_BASE_URL, "simulator=" + simulator.uri());
      }
    }

    /// Does what is to be done, or leaves nothing started behind.
    StandaloneConfig completed(Runnable steps) {
      try {
        steps.run();
        return done();
      } catch (RuntimeException e) {
        end(started);
        throw e;
      }
    }

    private StandaloneConfig done() {
      return new StandaloneConfig(
          RunnerConfig.from(environment, Set.of()), started, simulated, token);
    }

    private static Simulator simulator(DataDirectory folder) {
      try {
        return Simulator.start(Options.defaults().withJournal(folder.simulator()));
      } catch (IOException e) {
        throw new UncheckedIOException("the simulator cannot be started", e);
      }
    }
  }
}
