package dev.build0711.runner.standalone;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.StringEntry;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// The texts in compiled classes.
final class CompiledTexts {

  /// Where the compiler leaves room for a value in a text that is put together.
  private static final String ROOM = "\u0001";

  private CompiledTexts() {}

  /// All texts in the classes of the jar or folder that has `member`.
  ///
  /// @param value what stands where a text has room for one
  static Set<String> ofModule(Class<?> member, String value)
      throws IOException, URISyntaxException {
    Path home = Path.of(member.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(home)) {
      return in(home, value);
    }
    try (FileSystem jar = FileSystems.newFileSystem(home)) {
      return in(jar.getPath("/"), value);
    }
  }

  private static Set<String> in(Path root, String value) throws IOException {
    Set<String> texts = new HashSet<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".class")).toList()) {
        var constants = ClassFile.of().parse(Files.readAllBytes(file)).constantPool();
        StreamSupport.stream(constants.spliterator(), false)
            .filter(StringEntry.class::isInstance)
            .map(it -> ((StringEntry) it).stringValue().replace(ROOM, value))
            .forEach(texts::add);
      }
    }
    return texts;
  }
}
