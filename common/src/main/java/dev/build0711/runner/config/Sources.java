package dev.build0711.runner.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Collects what was given: the file, and over it the variables.
final class Sources {

  private static final String FILE = "OPENHANDS_CONFIG";
  private static final int MAX_NAMED = 10;

  private final Map<String, String> variables;
  private final List<Mistake> mistakes;
  private final List<String> warnings;

  Sources(Map<String, String> variables, List<Mistake> mistakes, List<String> warnings) {
    this.variables = variables;
    this.mistakes = mistakes;
    this.warnings = warnings;
  }

  Map<ConfigKey, Given> read() {
    Map<ConfigKey, Given> given = new EnumMap<>(ConfigKey.class);
    String file = variables.getOrDefault(FILE, "");
    if (!file.isBlank()) {
      path(file).ifPresent(path -> given.putAll(ConfigFile.read(path, mistakes)));
    }
    for (ConfigKey key : ConfigKey.values()) {
      variable(key).ifPresent(value -> given.put(key, value));
    }
    warnOfUnknown();
    given.values().removeIf(value -> value.text().isEmpty());
    return given;
  }

  private Optional<Path> path(String file) {
    try {
      return Optional.of(Path.of(file));
    } catch (InvalidPathException e) {
      mistakes.add(new Mistake("the file", "a path", FILE, null));
      return Optional.empty();
    }
  }

  /// An empty variable counts as none, as compose files leave them.
  private Optional<Given> variable(ConfigKey key) {
    return key.variables().stream()
        .filter(name -> !variables.getOrDefault(name, "").isBlank())
        .findFirst()
        .map(name -> new Given(variables.getOrDefault(name, "").strip(), name));
  }

  /// Only a warning: Kubernetes and others put variables of this name into every container.
  private void warnOfUnknown() {
    List<String> unknown =
        new TreeSet<>(variables.keySet())
            .stream()
                .filter(name -> name.startsWith("OPENHANDS_") && !name.equals(FILE))
                .filter(name -> ConfigKey.ofVariable(name).isEmpty())
                .toList();
    if (!unknown.isEmpty()) {
      List<String> known =
          Arrays.stream(ConfigKey.values()).map(key -> key.variables().getFirst()).toList();
      warnings.add(
          "variables that mean nothing here: "
              + String.join(
                  ", ",
                  unknown.stream()
                      .limit(MAX_NAMED)
                      .map(name -> name + " (nearest: " + Nearest.of(name, known) + ")")
                      .toList())
              + (unknown.size() > MAX_NAMED ? " and others" : ""));
    }
  }
}
