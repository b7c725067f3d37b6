package dev.build0711.runner.simulation;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The runner logs nothing until this is closed: what goes wrong is logged, and here much does.
final class Quiet implements AutoCloseable {

  private static final Logger OURS = Logger.getLogger("dev.build0711.runner");

  private final @Nullable Level before = OURS.getLevel();

  Quiet() {
    OURS.setLevel(Level.OFF);
  }

  @Override
  public void close() {
    OURS.setLevel(before);
  }
}
