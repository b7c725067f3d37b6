package dev.build0711.runner.config;

/// Where artifacts are kept. [#toString] is the word of the configuration.
public enum StorageType {
  DATABASE,
  LOCAL,
  GCS;

  @Override
  public String toString() {
    return Words.of(this);
  }
}
