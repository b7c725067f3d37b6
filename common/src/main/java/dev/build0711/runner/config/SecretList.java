package dev.build0711.runner.config;

import dev.build0711.runner.port.Secrets;
import java.util.ArrayList;
import java.util.List;

/// Several values that count side by side, as while one is being replaced by another. What an
/// element refers to may itself be a list.
///
/// @param elements the comma-separated parts as they were given
public record SecretList(List<Secret> elements) {

  public static final SecretList NONE = new SecretList(List.of());

  private static final int MAX_VALUES = 20;

  public SecretList {
    elements = List.copyOf(elements);
  }

  /// Reads a comma-separated list.
  ///
  /// @throws IllegalArgumentException if a part begins like a reference and is none
  static SecretList of(String text) {
    return new SecretList(Commas.split(text).stream().map(Secret::of).toList());
  }

  public boolean isEmpty() {
    return elements.isEmpty();
  }

  /// All values, at most 20.
  ///
  /// @throws Secrets.SecretUnavailable if one of them cannot be read now
  public List<String> values(Secrets secrets) {
    List<String> values = new ArrayList<>();
    for (Secret element : elements) {
      values.addAll(Commas.split(element.value(secrets)));
    }
    return values.stream().limit(MAX_VALUES).toList();
  }
}
