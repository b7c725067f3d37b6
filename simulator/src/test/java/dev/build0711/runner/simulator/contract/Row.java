package dev.build0711.runner.simulator.contract;

import dev.build0711.runner.run.Dialect;
import java.lang.module.ModuleDescriptor.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thing that is relied on.
///
/// @param name where it comes from and what it says: `c.4 finished: a finish is the end`
/// @param excuses who cannot show it, and why
/// @param simulatedOnly why a real server cannot be made to show it, null where it can
record Row(String name, Body body, List<Excuse> excuses, @Nullable String simulatedOnly) {

  Row {
    excuses = List.copyOf(excuses);
  }

  /// @param before the first version that can show it, null where none can
  record Excuse(Dialect dialect, @Nullable String before, String why) {

    boolean counts(Stage stage) {
      return stage.dialect() == dialect && (before == null || older(stage.version(), before));
    }

    private static boolean older(String version, String than) {
      return Version.parse(version).compareTo(Version.parse(than)) < 0;
    }
  }

  /// Plays it; fails where it does not hold.
  @FunctionalInterface
  interface Body {
    void play(Play play);
  }

  static Row of(String name, Body body) {
    return new Row(name, body, List.of(), null);
  }

  /// This, except for a dialect.
  Row cannot(Dialect dialect, String why) {
    return excusing(new Excuse(dialect, null, why));
  }

  /// This, except for the versions of a dialect before one of them.
  Row cannotBefore(Dialect dialect, String version, String why) {
    return excusing(new Excuse(dialect, version, why));
  }

  private Row excusing(Excuse excuse) {
    List<Excuse> all = new ArrayList<>(excuses);
    all.add(excuse);
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
    return new Row(name, body, excuses, why);
  }

  /// Why it cannot be played there, null where it can.
  @Nullable String excuse(Stage stage) {
    return excuses.stream()
        .filter(excuse -> excuse.counts(stage))
        .map(Excuse::why)
        .findFirst()
        .orElse(stage.real() ? simulatedOnly : null);
  }
}
