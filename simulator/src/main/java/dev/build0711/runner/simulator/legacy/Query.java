package dev.build0711.runner.simulator.legacy;

import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Request;
import java.util.Optional;
import tools.jackson.databind.node.StringNode;

/// The parameters of a request's query.
record Query(Request request) {

  /// A whole number, empty when it is not there.
  Optional<Integer> number(String name) {
    return request.param(name).map(text -> parsed(name, text));
  }

  boolean flag(String name) {
    return request.param(name).map("true"::equals).orElse(false);
  }

  private static int parsed(String name, String text) {
    if (!text.matches("-?\\d{1,9}")) {
      throw Refusal.invalid(
          "int_parsing",
          "query." + name,
          "Input should be a valid integer, unable to parse string as an integer",
          StringNode.valueOf(text));
    }
    return Integer.parseInt(text);
  }
}
