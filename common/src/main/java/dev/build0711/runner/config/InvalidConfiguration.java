package dev.build0711.runner.config;

import java.util.List;
import java.util.stream.Collectors;

/// The configuration cannot be used. The message names everything that is wrong with it, a line
/// each, and no secret.
public final class InvalidConfiguration extends RuntimeException {

  private final transient List<Mistake> mistakes;

  InvalidConfiguration(List<Mistake> mistakes) {
    super(
        mistakes.stream()
            .map(mistake -> "  " + mistake)
            .collect(Collectors.joining("\n", "the configuration is wrong:\n", "")));
    this.mistakes = List.copyOf(mistakes);
  }

  public List<Mistake> mistakes() {
    return mistakes;
  }
}
