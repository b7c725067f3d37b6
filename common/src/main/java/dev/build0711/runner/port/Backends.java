package dev.build0711.runner.port;

import dev.build0711.runner.run.Dialect;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The configured backends.
public interface Backends {

  /// The backend of that name, empty when it is no longer configured.
  Optional<AgentBackend> named(String name);

  List<AgentBackend> all();

  /// On what terms each of them takes new runs.
  List<Terms> terms();

  /// On what terms a backend takes new runs.
  ///
  /// @param weight its share of the new runs, at least 1
  /// @param max how many runs it may have at once, 0 for none, null for as many as a server of its
  ///   kind takes by default
  /// @param drain whether it only ends the runs that it has
  /// @param dialect which API it speaks, null where that is found out by asking
  record Terms(
      String name, int weight, @Nullable Integer max, boolean drain, @Nullable Dialect dialect) {

    /// What app-v0 takes by default, and the least that any of them does.
    private static final int LEAST = 3;

    private static final int AGENT_SERVER = 10;
    private static final int APP_V1 = 5;

    public Terms {
      if (weight < 1) {
        throw new IllegalArgumentException("weight must be at least 1, not " + weight);
      }
      if (max != null && max < 0) {
        throw new IllegalArgumentException("max must be at least 0, not " + max);
      }
    }

    /// Whether it is meant to get runs at all.
    public boolean wanted() {
      return !drain && (max == null || max > 0);
    }

    /// How many runs it may have at once.
    ///
    /// @param learnt which API it was found to speak, null where that is not known yet
    public int places(@Nullable Dialect learnt) {
      if (drain) {
        return 0;
      }
      return places(dialect == null ? learnt : dialect, max);
    }

    /// How many agents a server takes at once.
    ///
    /// @param spoken which API it speaks, null where that is not known yet
    /// @param max what is configured, null for as many as a server of its kind takes by default
    public static int places(@Nullable Dialect spoken, @Nullable Integer max) {
      if (max != null) {
        return max;
      }
      return switch (spoken) {
        case AGENT_SERVER -> AGENT_SERVER;
        case APP_V1 -> APP_V1;
        case APP_V0 -> LEAST;
        case null -> LEAST;
      };
    }
  }
}
