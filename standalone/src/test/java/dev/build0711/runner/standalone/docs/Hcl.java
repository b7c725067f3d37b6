package dev.build0711.runner.standalone.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// As much of the files in `terraform/` as the pages repeat. They are formatted by Terraform, so
/// that what belongs together is indented alike.
final class Hcl {

  private Hcl() {}

  static String file(String name) throws IOException {
    return Files.readString(Pages.ROOT.resolve("terraform").resolve(name));
  }

  /// The blocks of a type at the top of a file, such as `variable`, by their name.
  static Map<String, String> blocks(String text, String type) {
    return named(text, "(?ms)^" + type + " \"(\\w+)\" \\{\n(.*?)^\\}");
  }

  /// The objects of a map, each over several lines, by their key.
  static Map<String, String> objects(String text, String map) {
    return named(map(text, map), "(?ms)^    ([\\w-]+) += \\{\n(.*?)^    \\}");
  }

  /// The entries of a map whose values take a line, by their key.
  static Map<String, String> lines(String text, String map) {
    return named(map(text, map), "(?m)^    ([\\w-]+) += (.+)$");
  }

  /// The attributes of a block or an object, by their name, each as it is written.
  static Map<String, String> attributes(String block) {
    return named(block, "(?m)^ +(\\w+) += (.+)$");
  }

  /// A text in quotation marks, without them.
  static String text(String quoted) {
    return quoted.substring(1, quoted.length() - 1).replace("\\\"", "\"");
  }

  private static String map(String text, String name) {
    Matcher map = Pattern.compile("(?ms)^  " + name + " = \\{\n(.*?)^  \\}").matcher(text);
    if (!map.find()) {
      throw new AssertionError("no map " + name);
    }
    return map.group(1);
  }

  private static Map<String, String> named(String text, String pattern) {
    Map<String, String> found = new LinkedHashMap<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.putIfAbsent(matcher.group(1), matcher.group(2));
    }
    return found;
  }
}
