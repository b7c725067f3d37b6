package dev.build0711.runner.simulator.appserver;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The releases of the app server that are simulated; they speak different V1.
public enum Release {
  /// The last of the first V1, without a key and with V0 beside it.
  V0_62("0.62.0", "ghcr.io/openhands/agent-server:d5995c3-python"),
  /// The newest.
  V1_11("1.11.0", "ghcr.io/openhands/agent-server:1.34.0-python");

  private final String version;
  private final String sandboxSpec;

  Release(String version, String sandboxSpec) {
    this.version = version;
    this.sandboxSpec = sandboxSpec;
  }

  /// The release of that version, such as `1.11.0`; empty when it is not simulated.
  public static Optional<Release> of(String version) {
    return Arrays.stream(values()).filter(release -> release.version.equals(version)).findFirst();
  }

  /// As `/openapi.json` has it.
  public String version() {
    return version;
  }

  /// What a sandbox is made from.
  String sandboxSpec() {
    return sandboxSpec;
  }

  /// Whether the calls below `/api/v1/` ask for the key.
  boolean asksForKey() {
    return this == V1_11;
  }

  /// The statuses that a start task goes through before it is `READY`.
  List<TaskStatus> phases() {
    return switch (this) {
      case V1_11 -> TaskStatus.PHASES;
      case V0_62 ->
          TaskStatus.PHASES.stream()
              .filter(status -> status != TaskStatus.SETTING_UP_SKILLS)
              .toList();
    };
  }
}
