package dev.build0711.runner.standalone;

import dev.build0711.runner.app.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "version",
    mixinStandardHelpOptions = true,
    description = "Prints the runner's version.")
final class VersionCommand implements Runnable, IVersionProvider {

  @Spec private CommandSpec spec;

  @Override
  public String[] getVersion() {
    return new String[] {"openhands-runner " + Version.current()};
  }

  @Override
  public void run() {
    spec.commandLine().getOut().println(getVersion()[0]);
  }
}
