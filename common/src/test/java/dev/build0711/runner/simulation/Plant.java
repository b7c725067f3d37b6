package dev.build0711.runner.simulation;

import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.MemoryDeliveries;

/// A mistake that is put between the use cases and a port, to see whether the simulation notices.
/// Used by many simulations at once, it remembers nothing.
interface Plant {

  /// No mistake.
  Plant NONE = new Plant() {};

  default RunStore runs(InMemoryRunStore real, WakeUps queue) {
    return real;
  }

  default DeliveryStore ledger(MemoryDeliveries real) {
    return real;
  }

  default AgentBackend backend(AgentBackend real) {
    return real;
  }
}
