package dev.build0711.runner.openhands.legacy;

import java.util.List;

/// What turns one text into another, as `git apply` takes it: one hunk from the first line that
/// differs to the last, with three lines around it.
final class FilePatch {

  private static final int CONTEXT = 3;
  private static final String NO_NEWLINE = "\\ No newline at end of file\n";

  private final List<String> before;
  private final List<String> after;
  private final int head;
  private final int tail;

  private FilePatch(String before, String after) {
    this.before = lines(before);
    this.after = lines(after);
    this.head = head();
    this.tail = tail();
  }

  /// The patch of the file at `path`; empty where both texts are the same. An empty text is a file
  /// that is not there.
  static String of(String path, String before, String after) {
    return before.equals(after) ? "" : new FilePatch(before, after).text(path);
  }

  /// Every line with its end.
  private static List<String> lines(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split("(?<=\n)"));
  }

  private int head() {
    int most = Math.min(before.size(), after.size());
    int same = 0;
    while (same < most && before.get(same).equals(after.get(same))) {
      same++;
    }
    return same;
  }

  private int tail() {
    int most = Math.min(before.size(), after.size()) - head;
    int same = 0;
    while (same < most
        && before.get(before.size() - 1 - same).equals(after.get(after.size() - 1 - same))) {
      same++;
    }
    return same;
  }

  private String text(String path) {
    StringBuilder patch = new StringBuilder();
    patch.append("diff --git a/").append(path).append(" b/").append(path).append('\n');
    if (before.isEmpty()) {
      patch.append("new file mode 100644\n--- /dev/null\n");
    } else {
      patch.append(after.isEmpty() ? "deleted file mode 100644\n" : "");
      patch.append("--- a/").append(path).append('\n');
    }
    patch.append(after.isEmpty() ? "+++ /dev/null\n" : "+++ b/" + path + "\n");
    hunk(patch);
    return patch.toString();
  }

  private void hunk(StringBuilder patch) {
    int from = Math.max(0, head - CONTEXT);
    int behind = Math.min(tail, CONTEXT);
    int oldEnd = before.size() - tail;
    int newEnd = after.size() - tail;
    patch
        .append("@@ -")
        .append(range(from, oldEnd + behind, before))
        .append(" +")
        .append(range(from, newEnd + behind, after))
        .append(" @@\n");
    add(patch, ' ', before.subList(from, head));
    add(patch, '-', before.subList(head, oldEnd));
    add(patch, '+', after.subList(head, newEnd));
    add(patch, ' ', before.subList(oldEnd, oldEnd + behind));
  }

  private static String range(int from, int end, List<String> lines) {
    return (lines.isEmpty() ? 0 : from + 1) + "," + (end - from);
  }

  private static void add(StringBuilder patch, char sign, List<String> lines) {
    for (String line : lines) {
      patch.append(sign).append(line).append(line.endsWith("\n") ? "" : "\n" + NO_NEWLINE);
    }
  }
}
