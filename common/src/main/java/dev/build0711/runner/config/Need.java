package dev.build0711.runner.config;

/// What a function cannot work without; it does not start when the configuration lacks it.
public enum Need {
  DATABASE,
  OPENHANDS,
  QUEUE,
  API_TOKENS,
  MARKER_KEY
}
