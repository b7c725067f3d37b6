package dev.build0711.runner.standalone;

import dev.build0711.runner.app.SetAside;
import dev.build0711.runner.port.FailedLooks;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.wiring.Wiring;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "requeue",
    mixinStandardHelpOptions = true,
    description = {
      "Puts a run back that was set aside because the runner failed at it too often.",
      "Without RUN_ID and --all it lists the runs that are set aside, and why."
    },
    exitCodeList = {
      "0:put back, or listed",
      "1:that run is not set aside",
      "2:asked for wrongly, or it cannot begin"
    })
final class RequeueCommand implements Callable<Integer> {

  private static final int MOST = 1000;

  @Parameters(arity = "0..1", paramLabel = "RUN_ID", description = "The run to put back.")
  private @Nullable String run;

  @Option(names = "--all", description = "Puts back all that are set aside.")
  private boolean all;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".local",
      description =
          "Folder of the embedded database, where no DATABASE_URL is set (default: ${DEFAULT-VALUE}).")
  private Path data = Path.of(".local");

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    RunId id = run == null ? null : parsed(run);
    if (all && id != null) {
      throw new ParameterException(spec.commandLine(), "RUN_ID and --all exclude each other");
    }
    try (StandaloneConfig config =
            StandaloneConfig.withExistingDatabase(StandaloneConfig.environment(), data);
        Wiring wiring = Wiring.of(config.config(), InstantSource.system())) {
      SetAside setAside = wiring.setAside();
      if (all) {
        return requeueAll(setAside);
      }
      return id == null ? list(setAside) : requeue(setAside, id);
    }
  }

  private RunId parsed(String text) {
    try {
      return RunId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "Invalid value for RUN_ID: '" + text + "' is no run id", e);
    }
  }

  private int requeue(SetAside setAside, RunId id) {
    if (setAside.requeue(id)) {
      spec.commandLine().getOut().println(id + " will be looked at within a minute");
      return 0;
    }
    spec.commandLine().getErr().println(id + " is not set aside");
    return 1;
  }

  /// Batch after batch, until none is left or nothing more can be put back.
  private int requeueAll(SetAside setAside) {
    int back = 0;
    int batch;
    do {
      batch = (int) setAside.list(MOST).stream().filter(it -> setAside.requeue(it.id())).count();
      back += batch;
    } while (batch > 0);
    spec.commandLine().getOut().println(back + " runs will be looked at within a minute");
    return 0;
  }

  private int list(SetAside setAside) {
    List<FailedLooks.Failure> aside = setAside.list(MOST);
    aside.forEach(one ->
        spec.commandLine()
            .getOut()
            .printf(
                "%s  since %s  %d failed looks  %s%n",
                one.id(),
                one.since(),
                one.looks(),
                one.why() == null ? "the looks died" : one.why()));
    if (aside.isEmpty()) {
      spec.commandLine().getOut().println("no run is set aside");
    }
    return 0;
  }
}
