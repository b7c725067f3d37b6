package dev.build0711.runner.config;

/// Where this process runs; some defaults depend on it.
public enum Deployment {
  /// Everything in one process, which makes what it is not given: a database, a token, a key.
  STANDALONE,
  /// One function on Google Cloud.
  FUNCTIONS
}
