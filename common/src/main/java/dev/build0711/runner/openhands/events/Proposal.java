package dev.build0711.runner.openhands.events;

import dev.build0711.runner.openhands.Texts;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// An action of an agent, short, for whoever may have to allow it: the tool, and what it would be
/// called with. The agent's own summary of it is left out, since that may say anything.
public final class Proposal {

  /// How long one is at most, or several together, in characters.
  public static final int MAX = 500;

  private static final String BEGIN = "Asks leave for: ";
  private static final Set<String> ASIDE =
      Set.of("kind", "thought", "confirmation_state", "security_risk");

  private Proposal() {}

  /// One action as a line, after the `others` that its agent wants to do with it.
  public static String of(@Nullable String others, String tool, JsonNode arguments) {
    String line = tool + ' ' + shown(arguments);
    return Texts.clean(cut(others == null ? BEGIN + line : others + '\n' + line));
  }

  private static ObjectNode shown(JsonNode arguments) {
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    arguments.properties().stream()
        .filter(argument -> !ASIDE.contains(argument.getKey()) && !argument.getValue().isNull())
        .forEach(argument -> shown.set(argument.getKey(), begin(argument.getValue())));
    return shown;
  }

  /// As much of a text, such as a whole file, as could be shown of it.
  private static JsonNode begin(JsonNode value) {
    return value.isString() && value.stringValue().length() > 2 * MAX
        ? StringNode.valueOf(value.stringValue().substring(0, 2 * MAX))
        : value;
  }

  private static String cut(String text) {
    return text.codePointCount(0, text.length()) <= MAX
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MAX - 1)) + '…';
  }
}
