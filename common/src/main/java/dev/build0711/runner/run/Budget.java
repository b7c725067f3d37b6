package dev.build0711.runner.run;

import org.jspecify.annotations.Nullable;

/// What an agent may use up, for backends that do not see to it themselves.
final class Budget {

  private Budget() {}

  /// Which limit of its caller a working agent has passed; null where it has passed none. Every
  /// message gives it as many iterations again, as an agent-server does.
  static @Nullable Reason spent(Run run) {
    AgentOptions options = run.spec().options();
    if (options.maxIterations() != null) {
      long allowed = (long) options.maxIterations() * (1 + run.agent().told());
      if (run.work().progress().iterations() > allowed) {
        return Reason.ITERATION_LIMIT;
      }
    }
    boolean overspent =
        options.maxCostUsd() != null
            && run.work().usage().costUsd().compareTo(options.maxCostUsd()) > 0;
    return overspent ? Reason.BUDGET_LIMIT : null;
  }
}
