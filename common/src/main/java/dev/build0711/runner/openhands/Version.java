package dev.build0711.runner.openhands;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a server calls its own version.
public final class Version {

  private static final Pattern SHAPE = Pattern.compile("[0-9A-Za-z.+-]{1,40}");

  private Version() {}

  /// The version in `node`; null where that is nothing that can be shown as one.
  public static @Nullable String in(JsonNode node) {
    String text = node.stringValue("");
    return SHAPE.matcher(text).matches() ? text : null;
  }
}
