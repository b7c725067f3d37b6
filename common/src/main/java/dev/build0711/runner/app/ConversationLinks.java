package dev.build0711.runner.app;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Finds links to conversations on our backends: `<base URL>/conversations/<id>`, as OpenHands
/// writes them under its pull requests, and the same below `/api`.
final class ConversationLinks {

  private static final int MAX = 50;
  private static final String ID = "([0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";

  private final Pattern shape;

  /// @param backends the base URLs under which people and agents reach the configured backends
  ConversationLinks(List<URI> backends) {
    String bases =
        backends.stream()
            .map(base -> Pattern.quote(base.toString().replaceAll("/+$", "")))
            .collect(Collectors.joining("|", "(?:", ")"));
    String nothing = "(?!)";
    this.shape =
        Pattern.compile(
            (backends.isEmpty() ? nothing : bases)
                + "(?:/api)?/conversations/"
                + ID
                + "(?![0-9a-z_-])",
            Pattern.CASE_INSENSITIVE);
  }

  /// The ids that `text` links to, in its order, in lower-case hex without dashes.
  List<String> in(String text) {
    return shape.matcher(text).results().limit(MAX).map(ConversationLinks::id).distinct().toList();
  }

  private static String id(MatchResult link) {
    return link.group(1).replace("-", "").toLowerCase(Locale.ROOT);
  }
}
