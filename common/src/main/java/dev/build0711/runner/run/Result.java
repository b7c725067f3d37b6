package dev.build0711.runner.run;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the run left behind.
///
/// @param message the agent's last words, at most [#MAX_MESSAGE] characters
/// @param branch the branch that was checked out at the end; null where there is none or it is not
///   known
/// @param commit the full id of the commit at its head, in lower-case hex
/// @param changes the files that differ from where the agent began, at most [#MAX_CHANGES]
public record Result(
    @Nullable String message,
    @Nullable String branch,
    @Nullable String commit,
    List<ChangedFile> changes) {

  public static final int MAX_MESSAGE = 20_000;
  public static final int MAX_CHANGES = 1_000;
  public static final Result NONE = new Result(null, null, null, List.of());

  public Result {
    changes = List.copyOf(changes.size() > MAX_CHANGES ? changes.subList(0, MAX_CHANGES) : changes);
  }

  /// This with other last words, cut to what is kept.
  Result saying(String words) {
    String kept =
        words.codePointCount(0, words.length()) <= MAX_MESSAGE
            ? words
            : words.substring(0, words.offsetByCodePoints(0, MAX_MESSAGE));
    return new Result(kept, branch, commit, changes);
  }

  /// This with what was found in the agent's workspace.
  Result found(@Nullable String nextBranch, @Nullable String nextCommit, List<ChangedFile> files) {
    return new Result(message, nextBranch, nextCommit, files);
  }
}
