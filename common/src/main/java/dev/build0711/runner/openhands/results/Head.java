package dev.build0711.runner.openhands.results;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where an agent left its repository.
///
/// @param branch null where it is on none
/// @param commit in hexadecimal digits
public record Head(@Nullable String branch, @Nullable String commit) {

  public static final Head UNKNOWN = new Head(null, null);

  /// Prints what [#printed] reads.
  public static final String COMMAND = "rev-parse HEAD --abbrev-ref HEAD";

  private static final Pattern SHAPE =
      Pattern.compile("([0-9a-f]{40}|[0-9a-f]{64})\\n([!-~]{1,250})\\n?");

  /// The head that `git` printed; [#UNKNOWN] where it printed something else.
  public static Head printed(String text) {
    Matcher found = SHAPE.matcher(text);
    if (!found.matches()) {
      return UNKNOWN;
    }
    String branch = found.group(2);
    return new Head(branch.equals("HEAD") ? null : branch, found.group(1));
  }
}
