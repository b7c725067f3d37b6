package dev.build0711.runner.standalone;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What a build of the image gets of the repository: what `.dockerignore` leaves.
record BuildContext(Path root, List<Rule> rules) {

  static BuildContext of(Path root) throws IOException {
    try (Stream<String> lines = Files.lines(root.resolve(".dockerignore"))) {
      return new BuildContext(
          root,
          lines.filter(line -> !line.isBlank() && !line.startsWith("#")).map(Rule::parse).toList());
    }
  }

  /// Whether a file is part of it; the last rule that speaks of it or of a folder above decides.
  ///
  /// @param file relative to the root
  boolean holds(Path file) {
    boolean held = true;
    for (Rule rule : rules) {
      if (rule.matches(file)) {
        held = rule.exception();
      }
    }
    return held;
  }

  /// The files that are part of it, relative to the root.
  List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return mayHold(root.relativize(folder))
                ? FileVisitResult.CONTINUE
                : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            Path relative = root.relativize(file);
            if (holds(relative)) {
              files.add(relative);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private boolean mayHold(Path folder) {
    return folder.toString().isEmpty()
        || holds(folder)
        || rules.stream().anyMatch(rule -> rule.exception() && rule.below(folder));
  }

  /// A line of the file; an exception begins with an exclamation mark.
  record Rule(boolean exception, String pattern, PathMatcher matcher) {

    static Rule parse(String line) {
      boolean exception = line.startsWith("!");
      String pattern = exception ? line.substring(1) : line;
      // a leading **/ stands for no folder, too
      String glob =
          pattern.startsWith("**/")
              ? "{" + pattern + "," + pattern.substring("**/".length()) + "}"
              : pattern;
      return new Rule(exception, pattern, FileSystems.getDefault().getPathMatcher("glob:" + glob));
    }

    boolean matches(Path file) {
      for (Path it = file; it != null; it = it.getParent()) {
        if (matcher.matches(it)) {
          return true;
        }
      }
      return false;
    }

    boolean below(Path folder) {
      return pattern.startsWith(folder + "/");
    }
  }
}
