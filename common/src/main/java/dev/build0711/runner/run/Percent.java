package dev.build0711.runner.run;

import org.jspecify.annotations.Nullable;

/// How far a run is, from evidence alone: its phase, and the agent's own task list.
final class Percent {

  private static final int WORK_BEGINS = 15;
  private static final int WORK_ENDS = 95;

  private Percent() {}

  static int of(@Nullable Phase phase) {
    return switch (phase) {
      case null -> 0;
      case STARTING -> 5;
      case PREPARING -> 10;
      case WORKING -> WORK_BEGINS;
      case FINALIZING, AWAITING_MERGE -> WORK_ENDS;
    };
  }

  static int of(int done, int total) {
    return total == 0 ? 0 : WORK_BEGINS + (WORK_ENDS - WORK_BEGINS) * done / total;
  }
}
