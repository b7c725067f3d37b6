package dev.build0711.runner.config;

/// A value as it was given, and the variable, or the file and line, it came from.
record Given(String text, String origin) {

  @Override
  public String toString() {
    return "Given[" + origin + "]";
  }
}
