package dev.build0711.runner.simulator.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;

/// Reads rules as [Faults] describes them.
final class FaultReader {

  private static final int MOST = 100;
  private static final double LONGEST_SECONDS = 86_400;

  /// @throws IllegalArgumentException if it is no list of rules, saying what is wrong
  List<FaultRule> read(JsonNode list) {
    if (!list.isArray() || list.size() > MOST) {
      throw new IllegalArgumentException("not a list of at most " + MOST + " rules");
    }
    List<FaultRule> rules = new ArrayList<>();
    list.forEach(rule -> rules.add(rule(rule, rules.size() + 1)));
    return rules;
  }

  private static FaultRule rule(JsonNode rule, int number) {
    try {
      return new FaultRule(
          rule.path("name").asString("rule " + number),
          Pattern.compile(rule.path("method").asString(".*")),
          Pattern.compile(rule.path("path").asString(".*")),
          rule.path("probability").asDouble(1),
          rule.path("times").asInt(Integer.MAX_VALUE),
          rule.path("after").asInt(0),
          fault(rule));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("rule " + number + ": " + e.getDescription(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("rule " + number + ": " + e.getMessage(), e);
    }
  }

  private static Fault fault(JsonNode rule) {
    boolean effect = rule.path("effect").asBoolean(false);
    return switch (rule.path("do").asString("")) {
      case "answer" -> new Fault.Answered(answer(rule), effect);
      case "hang_up" -> new Fault.HungUp(effect);
      case "delay" -> new Fault.Delayed(seconds(rule));
      case "deaf" -> new Fault.Deafened(answer(rule).with("Connection", "close"), seconds(rule));
      case "truncate" -> new Fault.Truncated(rule.path("bytes").asInt(1));
      case "trickle" -> new Fault.Trickled(seconds(rule));
      case "garbage" -> new Fault.Garbled();
      default -> throw new IllegalArgumentException("unknown or missing \"do\"");
    };
  }

  private static Reply.Answer answer(JsonNode rule) {
    JsonNode body = rule.path("body");
    boolean text = body.isString() || body.isMissingNode();
    String said = text ? body.asString("Internal Server Error") : body.toString();
    String type = rule.path("type").asString(text ? "text/plain" : "application/json");
    int status = rule.path("status").asInt(500);
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("no status of an answer: " + status);
    }
    Reply.Answer answer = Reply.of(status, type, said);
    for (Map.Entry<String, JsonNode> header : rule.path("headers").properties()) {
      answer = answer.with(header.getKey(), header.getValue().asString(""));
    }
    return answer;
  }

  private static Duration seconds(JsonNode rule) {
    double seconds = Math.clamp(rule.path("seconds").asDouble(1), 0, LONGEST_SECONDS);
    return Duration.ofMillis(Math.round(seconds * 1000));
  }
}
