package dev.build0711.runner.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// The zip of a function, as the build made it and the platform gets it.
record FunctionPackage(String name, Path zip) {

  /// The zip of the function of a folder.
  static FunctionPackage of(String name) {
    return new FunctionPackage(
        name,
        Path.of(System.getProperty("basedir"), "../functions", name, "target", name + ".zip"));
  }

  /// Unpacks it into a folder of its own in `folder`, unless that was done before.
  ///
  /// @return the one jar at its top
  Path unpacked(Path folder) throws IOException {
    Path home = folder.resolve(name);
    if (!Files.exists(home)) {
      try (ZipFile file = new ZipFile(zip.toFile())) {
        for (ZipEntry entry : file.stream().toList()) {
          unpack(file, entry, home);
        }
      }
    }
    return home.resolve(name + ".jar");
  }

  private static void unpack(ZipFile file, ZipEntry entry, Path home) throws IOException {
    Path target = home.resolve(entry.getName());
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.getParent());
    try (InputStream content = file.getInputStream(entry)) {
      Files.copy(content, target);
    }
  }

  /// The names of all that is in it.
  List<String> names() throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      return file.stream().map(ZipEntry::getName).toList();
    }
  }
}
