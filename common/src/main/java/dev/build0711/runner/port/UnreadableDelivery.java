package dev.build0711.runner.port;

import org.jspecify.annotations.Nullable;

/// What was posted is no delivery: no JSON object, or one that is nested too deep.
public final class UnreadableDelivery extends RuntimeException {

  public UnreadableDelivery(@Nullable Throwable cause) {
    super("the body is no JSON object that can be read", cause);
  }
}
