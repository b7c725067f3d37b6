package dev.build0711.runner.simulator.agentserver;

import dev.build0711.runner.simulator.scenario.Happening;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/// What the agent-server of a release tells otherwise than the newest that is simulated.
///
/// @param version what it says to be
/// @param tells whether a happening is among its events
/// @param form makes its own event of the newest's, which it may change
/// @param info makes its own account of a conversation of the newest's, which it may change
/// @param server makes its own account of itself of the newest's, which it may change
public record Edition(
    String version,
    Predicate<Happening> tells,
    UnaryOperator<ObjectNode> form,
    UnaryOperator<ObjectNode> info,
    UnaryOperator<ObjectNode> server) {

  /// The newest.
  static final Edition NEWEST =
      new Edition(
          "1.58.0",
          _ -> true,
          UnaryOperator.identity(),
          UnaryOperator.identity(),
          UnaryOperator.identity());
}
