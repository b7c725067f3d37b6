package dev.build0711.runner.openhands.results;

import java.util.Arrays;
import java.util.List;

/// Writes what became of one file as a unified diff with a single hunk: everything from the first
/// to the last line that differs.
final class FilePatch {

  private static final int CONTEXT = 3;

  private FilePatch() {}

  /// The diff from `before` to `after`; empty where they are equal.
  ///
  /// @param path relative to the repository
  static String of(String path, String before, String after) {
    if (before.equals(after)) {
      return "";
    }
    List<String> old = lines(before);
    List<String> now = lines(after);
    int head = head(old, now);
    int tail = tail(old, now, head);
    int from = Math.max(0, head - CONTEXT);
    int shown = Math.min(CONTEXT, tail);
    int oldEnd = old.size() - tail;
    int nowEnd = now.size() - tail;
    StringBuilder diff = new StringBuilder();
    diff.append("diff --git a/").append(path).append(" b/").append(path).append('\n');
    if (old.isEmpty()) {
      diff.append("new file mode 100644\n");
    } else if (now.isEmpty()) {
      diff.append("deleted file mode 100644\n");
    }
    diff.append("--- ").append(old.isEmpty() ? "/dev/null" : "a/" + path).append('\n');
    diff.append("+++ ").append(now.isEmpty() ? "/dev/null" : "b/" + path).append('\n');
    diff.append("@@ -").append(range(from, oldEnd + shown - from));
    diff.append(" +").append(range(from, nowEnd + shown - from)).append(" @@\n");
    append(diff, ' ', old.subList(from, head));
    append(diff, '-', old.subList(head, oldEnd));
    append(diff, '+', now.subList(head, nowEnd));
    append(diff, ' ', old.subList(oldEnd, oldEnd + shown));
    return diff.toString();
  }

  /// Lines with their ends; the last may have none.
  private static List<String> lines(String text) {
    return text.isEmpty() ? List.of() : Arrays.asList(text.split("(?<=\n)"));
  }

  private static int head(List<String> old, List<String> now) {
    int same = 0;
    while (same < Math.min(old.size(), now.size()) && old.get(same).equals(now.get(same))) {
      same++;
    }
    return same;
  }

  private static int tail(List<String> old, List<String> now, int head) {
    int same = 0;
    int most = Math.min(old.size(), now.size()) - head;
    while (same < most && old.get(old.size() - 1 - same).equals(now.get(now.size() - 1 - same))) {
      same++;
    }
    return same;
  }

  private static String range(int from, int length) {
    return (length == 0 ? from : from + 1) + "," + length;
  }

  private static void append(StringBuilder diff, char sign, List<String> lines) {
    for (String line : lines) {
      diff.append(sign).append(line);
      if (!line.endsWith("\n")) {
        diff.append("\n\\ No newline at end of file\n");
      }
    }
  }
}
