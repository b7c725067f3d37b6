package dev.build0711.runner.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Pairs of files `V001__create_run.up.sql` and `V001__create_run.down.sql`, numbered from 1
/// without a gap.
final class MigrationFiles {

  private static final Pattern UP = Pattern.compile("V(\\d{3,})__([a-z0-9_]+)\\.up\\.sql");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final String FIRST = "/db/migration/V001__create_run.up.sql";

  private MigrationFiles() {}

  /// The migrations that this release brings along, in a folder or in a jar.
  static List<Migration> shipped() {
    URL first = Objects.requireNonNull(MigrationFiles.class.getResource(FIRST), FIRST);
    try {
      if (!first.getProtocol().equals("jar")) {
        return in(Objects.requireNonNull(Path.of(first.toURI()).getParent()));
      }
      JarURLConnection jar = (JarURLConnection) first.openConnection();
      try (FileSystem files = FileSystems.newFileSystem(Path.of(jar.getJarFileURL().toURI()))) {
        return in(Objects.requireNonNull(files.getPath(FIRST).getParent()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<Migration> in(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Migration> migrations = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        Matcher name = UP.matcher(file.getFileName().toString());
        if (name.matches()) {
          migrations.add(read(folder, Integer.parseInt(name.group(1)), name.group(2)));
        }
      }
      return numbered(migrations);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Migration read(Path folder, int version, String name) throws IOException {
    return new Migration(
        version,
        name,
        Files.readString(folder.resolve(fileName(version, name, "up"))),
        Files.readString(folder.resolve(fileName(version, name, "down"))));
  }

  private static List<Migration> numbered(List<Migration> migrations) {
    for (int i = 0; i < migrations.size(); i++) {
      if (migrations.get(i).version() != i + 1) {
        throw new IllegalStateException("migration %d is missing or there twice".formatted(i + 1));
      }
    }
    return List.copyOf(migrations);
  }

  /// Makes the next pair of files in `folder`.
  ///
  /// @return the two files, up and down
  /// @throws IllegalArgumentException if `name` is not in snake_case
  static List<Path> create(Path folder, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a migration is named in snake_case with at most 63 characters, as in add_priority");
    }
    int version = in(folder).size() + 1;
    return List.of(
        write(folder.resolve(fileName(version, name, "up")), "-- What this changes, and why.\n"),
        write(folder.resolve(fileName(version, name, "down")), "-- Takes it back.\n"));
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String fileName(int version, String name, String way) {
    return "V%03d__%s.%s.sql".formatted(version, name, way);
  }
}
