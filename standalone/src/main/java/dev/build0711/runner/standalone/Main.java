package dev.build0711.runner.standalone;

import dev.build0711.runner.config.InvalidConfiguration;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.simulator.SimulateCommand;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;

/// The command line. What a command's exit codes mean is told by its help.
@Command(
    name = "openhands-runner",
    mixinStandardHelpOptions = true,
    description = "Runs coding agents on a self-hosted OpenHands, and knows what became of each.",
    subcommands = {
      ServeCommand.class,
      MigrateCommand.class,
      RequeueCommand.class,
      SimulateCommand.class,
      HealthCommand.class,
      VersionCommand.class
    })
public final class Main implements Runnable {

  private static final int CANNOT_START = 2;

  /// What a command ends with that has no codes of its own.
  private static final Map<String, String> EXIT_CODES =
      Map.of("0", "done", "1", "failed", "2", "asked for wrongly, or it cannot begin");

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /// Runs one command and ends the process with its exit code.
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    tell(line);
    return line.setParameterExceptionHandler(
            (wrong, _) -> {
              wrong.getCommandLine().getErr().println(wrong.getMessage() + " (see --help)");
              return ExitCode.USAGE;
            })
        .setExecutionExceptionHandler((failure, command, _) -> {
          command.getErr().println(explain(failure));
          return failure instanceof CannotStart
                  || failure instanceof StorageUnavailable
                  || failure instanceof InvalidConfiguration
                  || failure instanceof DataDirectory.Unusable
              ? CANNOT_START
              : ExitCode.SOFTWARE;
        });
  }

  /// Lets every command tell its version and its exit codes.
  private static void tell(CommandLine line) {
    line.getCommandSpec().versionProvider(new VersionCommand());
    UsageMessageSpec usage = line.getCommandSpec().usageMessage();
    if (usage.exitCodeList().isEmpty()) {
      usage.exitCodeList(new TreeMap<>(EXIT_CODES));
    }
    usage.exitCodeListHeading("Exit codes:%n");
    line.getSubcommands().values().forEach(Main::tell);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a command, for example serve");
  }

  /// What failed, and what was at the bottom of it.
  private static String explain(Throwable failure) {
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    Throwable bottom = failure;
    while (bottom.getCause() != null) {
      bottom = bottom.getCause();
    }
    return bottom.getMessage() == null || message.contains(bottom.getMessage())
        ? message
        : message + ": " + bottom.getMessage();
  }

  /// The runner cannot start as it was asked to; the message says why in one line.
  static final class CannotStart extends RuntimeException {

    CannotStart(RuntimeException why) {
      super(why.getMessage(), why);
    }
  }
}
