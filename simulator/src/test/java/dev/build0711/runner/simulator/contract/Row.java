package dev.build0711.runner.simulator.contract;

import dev.build0711.runner.run.Dialect;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One thing that is relied on.
///
/// @param name where it comes from and what it says: `c.4 finished: a finish is the end`
/// @param cannot why a dialect cannot show it
/// @param simulatedOnly why a real server cannot be made to show it, null where it can
record Row(String name, Body body, Map<Dialect, String> cannot, @Nullable String simulatedOnly) {

  Row {
    cannot = Map.copyOf(cannot);
  }

  /// Plays it; fails where it does not hold.
  @FunctionalInterface
  interface Body {
    void play(Play play);
  }

  static Row of(String name, Body body) {
    return new Row(name, body, Map.of(), null);
  }

  /// This, except for a dialect.
  Row cannot(Dialect dialect, String why) {
    Map<Dialect, String> all = new EnumMap<>(Dialect.class);
    all.putAll(cannot);
    all.put(dialect, why);
    return new Row(name, body, all, simulatedOnly);
  }

  /// This, for one dialect alone: the row speaks of nothing that the others have.
  Row only(Dialect dialect, String why) {
    Row row = this;
    for (Dialect other : Dialect.values()) {
      row = other == dialect ? row : row.cannot(other, why);
    }
    return row;
  }

  /// This, on the simulator alone.
  Row onlySimulated(String why) {
    return new Row(name, body, cannot, why);
  }

  /// Why it cannot be played there, null where it can.
  @Nullable String excuse(Stage stage) {
    String dialects = cannot.get(stage.dialect());
    return dialects != null ? dialects : stage.real() ? simulatedOnly : null;
  }
}
