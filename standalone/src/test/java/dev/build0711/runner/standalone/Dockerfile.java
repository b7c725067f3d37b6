package dev.build0711.runner.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/// The instructions of a Dockerfile, in their order.
record Dockerfile(List<Instruction> instructions) {

  private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*#.*\\R");
  private static final Pattern CONTINUED = Pattern.compile("\\\\\\R");
  private static final Pattern INSTRUCTION = Pattern.compile("(\\w+)((?:\\s+--\\S+)*)\\s+(.*)");

  static Dockerfile read(Path file) throws IOException {
    String text = COMMENT.matcher(Files.readString(file)).replaceAll("");
    return new Dockerfile(
        CONTINUED
            .matcher(text)
            .replaceAll("")
            .lines()
            .filter(line -> !line.isBlank())
            .map(Instruction::parse)
            .toList());
  }

  List<Instruction> named(String name) {
    return instructions.stream().filter(one -> one.name().equals(name)).toList();
  }

  /// The one that holds for the image: the last.
  Instruction last(String name) {
    return named(name).getLast();
  }

  /// One instruction.
  ///
  /// @param options such as `--chown=10001`, without the dashes
  /// @param words its arguments, whether they were written as words or as JSON
  record Instruction(String name, List<String> options, List<String> words) {

    static Instruction parse(String line) {
      Matcher parts = INSTRUCTION.matcher(line);
      if (!parts.matches()) {
        throw new IllegalArgumentException("no instruction: " + line);
      }
      List<String> options =
          split(parts.group(2)).stream().map(option -> option.substring("--".length())).toList();
      return new Instruction(parts.group(1), options, words(parts.group(3)));
    }

    /// The value of an option, empty if it is not given.
    String option(String key) {
      return options.stream()
          .filter(option -> option.startsWith(key + "="))
          .map(option -> option.substring(key.length() + 1))
          .findFirst()
          .orElse("");
    }

    private static List<String> words(String text) {
      int json = text.indexOf("[\"");
      if (json < 0) {
        return split(text);
      }
      List<String> words = new ArrayList<>(split(text.substring(0, json)));
      JsonMapper.shared().readTree(text.substring(json)).forEach(it -> words.add(it.stringValue()));
      return words;
    }

    private static List<String> split(String text) {
      return Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
    }
  }
}
