package dev.build0711.runner.simulation;

import java.util.ArrayList;
import java.util.List;

/// What happens in a simulation, in words, where anybody wants to read it.
final class Trace {

  private final boolean on;
  private final List<String> lines = new ArrayList<>();
  private int depth;

  Trace(boolean on) {
    this.on = on;
  }

  /// Whether lines are kept; nobody is to make one for nothing.
  boolean on() {
    return on;
  }

  void line(String text) {
    if (on) {
      lines.add("  ".repeat(depth) + text);
    }
  }

  /// Something begins that other lines are a part of.
  void deeper() {
    depth++;
  }

  void back() {
    depth--;
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
