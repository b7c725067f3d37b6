package dev.build0711.runner.simulator.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/// What became of a row on one stage.
///
/// @param seen what the row saw, in order
/// @param excuse why it was not played to its end, null where it was
/// @param failure what did not hold, null where all did
record Outcome(List<String> seen, @Nullable String excuse, @Nullable Throwable failure) {

  Outcome {
    seen = List.copyOf(seen);
  }

  /// Plays a row, whatever comes of it.
  static Outcome of(Row row, Stage stage) {
    String excuse = row.excuse(stage);
    if (excuse != null) {
      return new Outcome(List.of(), excuse, null);
    }
    Play play = new Play(stage, row.name().hashCode());
    try {
      row.body().play(play);
      return new Outcome(play.seen(), null, null);
    } catch (TestAbortedException e) {
      return new Outcome(play.seen(), String.valueOf(e.getMessage()), null);
    } catch (RuntimeException | AssertionError e) {
      return new Outcome(play.seen(), null, e);
    }
  }

  boolean holds() {
    return failure == null;
  }

  /// How this, of a real server, differs from what the simulator showed; empty where it does not.
  Optional<String> unlike(Outcome simulated) {
    List<String> lines = new ArrayList<>();
    if (holds() != simulated.holds()) {
      lines.add(
          holds() ? "holds here, not on the simulator:" : "holds on the simulator, not here:");
      lines.add(holds() ? simulated.why() : why());
    }
    if (!lasting().equals(simulated.lasting())) {
      lines.add("real:      " + String.join(", ", seen));
      lines.add("simulator: " + String.join(", ", simulated.seen()));
    }
    return lines.isEmpty() ? Optional.empty() : Optional.of(String.join("\n      ", lines));
  }

  /// What was seen without what only passes by: an agent that works or is being started is seen or
  /// missed by chance, as looks fall in real time.
  private List<String> lasting() {
    List<String> lasting = new ArrayList<>();
    for (String one : seen) {
      boolean passing = one.startsWith("Working") || one.startsWith("Starting");
      if (!passing && (lasting.isEmpty() || !lasting.getLast().equals(one))) {
        lasting.add(one);
      }
    }
    return lasting;
  }

  /// What did not hold, in one line.
  String why() {
    String text = failure == null ? "" : String.valueOf(failure.getMessage()).strip();
    return text.replaceAll("\\s+", " ")
        .transform(it -> it.substring(0, Math.min(400, it.length())));
  }
}
