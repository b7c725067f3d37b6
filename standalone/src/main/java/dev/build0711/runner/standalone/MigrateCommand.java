package dev.build0711.runner.standalone;

import dev.build0711.runner.postgres.Migrations;
import dev.build0711.runner.wiring.Wiring;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description = "Moves the database's schema from version to version.")
final class MigrateCommand implements Runnable {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".local",
      scope = picocli.CommandLine.ScopeType.INHERIT,
      description =
          "Folder of the embedded database, where no DATABASE_URL is set (default: ${DEFAULT-VALUE}).")
  private Path data = Path.of(".local");

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say up, down, status or new");
  }

  @Command(name = "up", mixinStandardHelpOptions = true, description = "Applies what is missing.")
  void up(
      @Option(names = "--to", paramLabel = "VERSION", description = "The last version to apply.")
          @Nullable Integer to) {
    try (StandaloneConfig config =
        StandaloneConfig.withDatabase(StandaloneConfig.environment(), data)) {
      say("applied", with(config, migrations -> migrations.up(known(migrations, to))));
    }
  }

  @Command(
      name = "down",
      mixinStandardHelpOptions = true,
      description = "Takes back the newest version, or all above --to.")
  void down(
      @Option(
              names = "--to",
              paramLabel = "VERSION",
              description = "The version to go back to; 0 is none.")
          @Nullable Integer to) {
    say(
        "taken back",
        with(migrations -> migrations.down(to != null && to == 0 ? to : known(migrations, to))));
  }

  @Command(
      name = "status",
      mixinStandardHelpOptions = true,
      description = "Lists the versions and when each was applied.")
  void status() {
    for (Migrations.Status status : with(Migrations::status)) {
      Object at = status.appliedAt() == null ? "missing" : status.appliedAt();
      out().printf("%03d %s  %s%n", status.version(), status.name(), at);
    }
  }

  @Command(
      name = "new",
      mixinStandardHelpOptions = true,
      description = "Writes the two empty files of a new version.")
  void create(
      @Parameters(paramLabel = "NAME", description = "What it does, like create_run.") String name,
      @Option(
              names = "--folder",
              paramLabel = "DIR",
              defaultValue = "common/src/main/resources/db/migration",
              description = "Where the versions are kept (default: ${DEFAULT-VALUE}).")
          Path folder) {
    if (!Files.isDirectory(folder)) {
      throw wrong("option '--folder'", "there is no folder " + folder);
    }
    try {
      Migrations.create(folder, name).forEach(file -> out().println(file));
    } catch (IllegalArgumentException e) {
      throw wrong("NAME", String.valueOf(e.getMessage()));
    }
  }

  private @Nullable Integer known(Migrations migrations, @Nullable Integer version) {
    if (version != null
        && migrations.status().stream().noneMatch(one -> one.version() == version)) {
      throw wrong("option '--to'", "there is no version " + version);
    }
    return version;
  }

  private ParameterException wrong(String what, String why) {
    return new ParameterException(spec.commandLine(), "Invalid value for " + what + ": " + why);
  }

  private <T> T with(Function<Migrations, T> work) {
    try (StandaloneConfig config =
        StandaloneConfig.withExistingDatabase(StandaloneConfig.environment(), data)) {
      return with(config, work);
    }
  }

  private static <T> T with(StandaloneConfig config, Function<Migrations, T> work) {
    try (Wiring wiring = Wiring.of(config.config(), InstantSource.system())) {
      return work.apply(wiring.migrations());
    }
  }

  private void say(String what, List<Integer> versions) {
    out().println(versions.isEmpty() ? "nothing to do" : what + ": " + versions);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
