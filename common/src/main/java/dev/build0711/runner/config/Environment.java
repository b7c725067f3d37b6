package dev.build0711.runner.config;

import java.io.Console;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What surrounds the process.
///
/// @param terminal whether a person reads standard output
public record Environment(Map<String, String> variables, Deployment deployment, boolean terminal) {

  public Environment {
    variables = Map.copyOf(variables);
  }

  /// That of this process; the only place that reads its environment.
  public static Environment ofProcess(Deployment deployment) {
    return new Environment(
        System.getenv(),
        deployment,
        switch (deployment) {
          case STANDALONE -> isTerminal(System.console());
          case FUNCTIONS -> false;
        });
  }

  /// This environment with one variable set, as an option of the command line does.
  public Environment with(String variable, String value) {
    Map<String, String> more = new HashMap<>(variables);
    more.put(variable, value);
    return new Environment(more, deployment, terminal);
  }

  /// This environment with one key set.
  public Environment with(ConfigKey key, String value) {
    return with(key.variables().getFirst(), value);
  }

  /// Without the values: some are secret.
  @Override
  public String toString() {
    return "Environment[" + variables.size() + " variables, " + deployment + "]";
  }

  private static boolean isTerminal(@Nullable Console console) {
    return console != null && console.isTerminal();
  }
}
