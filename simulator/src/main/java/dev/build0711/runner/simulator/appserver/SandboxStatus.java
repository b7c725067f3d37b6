package dev.build0711.runner.simulator.appserver;

/// How a sandbox is, in OpenHands' own words.
enum SandboxStatus {
  STARTING,
  RUNNING,
  PAUSED,
  ERROR,
  MISSING
}
