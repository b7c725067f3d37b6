package dev.build0711.runner.config;

/// What wakes a run up. [#toString] is the word of the configuration.
public enum QueueType {
  /// The table of runs itself, claimed in batches.
  DATABASE,
  CLOUD_TASKS;

  @Override
  public String toString() {
    return Words.of(this);
  }
}
