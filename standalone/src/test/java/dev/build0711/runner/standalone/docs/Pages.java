package dev.build0711.runner.standalone.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The pages of the documentation.
final class Pages {

  static final Path ROOT = Path.of("..");

  private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```$");

  private Pages() {}

  /// All of them, those at the root of the repository first.
  static List<Path> all() throws IOException {
    List<Path> pages = new ArrayList<>();
    try (Stream<Path> files = Files.list(ROOT)) {
      files.filter(Pages::isPage).sorted().forEach(pages::add);
    }
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      files.filter(Pages::isPage).sorted().forEach(pages::add);
    }
    return pages;
  }

  /// The text of a page without its examples.
  static String prose(Path page) throws IOException {
    return FENCE.matcher(Files.readString(page)).replaceAll("");
  }

  /// Every first group of `pattern` in `text`.
  static List<String> find(Pattern pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  /// The rows of the table between `<!-- name -->` and `<!-- end of name -->`, each as its cells;
  /// `\\|` is no border.
  static List<List<String>> table(String page, String name) throws IOException {
    String text = Files.readString(ROOT.resolve(page));
    String begin = "<!-- " + name + " -->\n";
    int start = text.indexOf(begin) + begin.length();
    String section = text.substring(start, text.indexOf("<!-- end of " + name + " -->", start));
    return section
        .lines()
        .skip(2)
        .map(row -> Arrays.stream(row.split("(?<!\\\\)\\|")).skip(1).map(String::strip).toList())
        .toList();
  }

  private static boolean isPage(Path file) {
    return file.toString().endsWith(".md");
  }
}
