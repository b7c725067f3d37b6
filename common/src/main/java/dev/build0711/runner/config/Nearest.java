package dev.build0711.runner.config;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// The known name that somebody has probably meant.
final class Nearest {

  private Nearest() {}

  /// The known key that takes the fewest changes of a letter.
  static String key(String unknown) {
    return of(unknown, Arrays.stream(ConfigKey.values()).map(ConfigKey::key).toList());
  }

  /// The known name, of which there is at least one, that takes the fewest changes of a letter.
  static String of(String unknown, List<String> known) {
    return known.stream()
        .min(Comparator.comparingInt((String name) -> distance(unknown, name)))
        .orElseThrow();
  }

  /// Levenshtein's distance.
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
