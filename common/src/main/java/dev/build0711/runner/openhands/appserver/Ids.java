package dev.build0711.runner.openhands.appserver;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Ids as the server writes them: of conversations and tasks, with or without dashes, and of
/// sandboxes. Only what may stand in a path as it is counts as one.
final class Ids {

  private static final Pattern ID = Pattern.compile("[0-9A-Za-z_-]{1,100}");

  private Ids() {}

  static boolean valid(String id) {
    return ID.matcher(id).matches();
  }

  static @Nullable String orNull(String id) {
    return valid(id) ? id : null;
  }

  /// The id without dashes, in lower case: two that are equal so are the same.
  static String plain(String id) {
    return id.replace("-", "").toLowerCase(Locale.ROOT);
  }
}
