package dev.build0711.runner.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One try at getting an agent to work: a start, or a resume after the backend was restarted.
public record Attempt(Kind kind, Instant at, String backend, @Nullable String conversationId) {

  public enum Kind {
    START,
    RESUME;

    @Override
    public String toString() {
      return Words.of(this);
    }
  }
}
