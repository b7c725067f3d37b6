package dev.build0711.runner.openhands.events;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the addresses of pull and merge requests in what an agent wrote or printed.
public final class Links {

  /// How many are kept of one reading.
  public static final int MAX = 20;

  private static final int MAX_LENGTH = 500;

  private static final Pattern ADDRESS =
      Pattern.compile(
          "https?://[A-Za-z0-9][A-Za-z0-9.-]{0,252}(?::[0-9]{1,5})?"
              + "(?:/[A-Za-z0-9_.~-]{1,100}){2,10}?/(?:pull|-/merge_requests)/[0-9]{1,10}"
              + "(?![A-Za-z0-9_-])");

  private Links() {}

  /// Adds the addresses in `text` to `found`, up to [#MAX] altogether.
  public static void collect(String text, Set<String> found) {
    Matcher matcher = ADDRESS.matcher(text);
    while (found.size() < MAX && matcher.find()) {
      if (matcher.group().length() <= MAX_LENGTH) {
        found.add(matcher.group());
      }
    }
  }
}
