package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A folder in place of an image, where there is no Docker: carries out the instructions of a
/// Dockerfile in it. One folder is the root of every stage, and takes every absolute path. A user
/// of the image is `nobody` here where the test is root, and otherwise whoever runs the test.
final class ImageFolder {

  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final boolean AS_ROOT = "root".equals(System.getProperty("user.name"));
  private static final String NOBODY = "65534";
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final Path root;
  private final Dockerfile dockerfile;
  private final BuildContext context;
  private final Map<String, String> environment = new HashMap<>();
  private Path folder;
  private boolean user;

  private ImageFolder(Path root, Dockerfile dockerfile, BuildContext context) {
    this.root = root;
    this.folder = root;
    this.dockerfile = dockerfile;
    this.context = context;
  }

  /// Builds the image.
  ///
  /// @param jar the runner's, so that it is not built once more
  static ImageFolder build(Path root, Path repository, Path jar)
      throws IOException, InterruptedException {
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path temporary = Files.createDirectory(root.resolve("tmp"));
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
    Dockerfile dockerfile = Dockerfile.read(repository.resolve("Dockerfile"));
    var image = new ImageFolder(root, dockerfile, BuildContext.of(repository));
    for (Dockerfile.Instruction instruction : dockerfile.instructions()) {
      image.carryOut(instruction, jar);
    }
    return image;
  }

  /// Starts what the image starts, with more variables.
  RunnerProcess start(Map<String, String> variables) throws IOException {
    List<String> command = mapped(dockerfile.last("ENTRYPOINT").words());
    command.addAll(dockerfile.last("CMD").words());
    return RunnerProcess.start(temporary(), process(command, variables));
  }

  /// Runs another command of the image, with more variables.
  ///
  /// @return its exit code
  int run(Map<String, String> variables, String argument) throws IOException, InterruptedException {
    List<String> command = mapped(dockerfile.last("ENTRYPOINT").words());
    command.add(argument);
    return exitCode(process(command, variables));
  }

  /// Asks as Docker asks, with more variables.
  ///
  /// @return 0 if the container is healthy, 1 if not
  int health(Map<String, String> variables) throws IOException, InterruptedException {
    List<String> words = dockerfile.last("HEALTHCHECK").words();
    assertThat(words.getFirst()).isEqualTo("CMD");
    return exitCode(process(mapped(words.subList(1, words.size())), variables));
  }

  /// Where an absolute path of the image is.
  Path at(String path) {
    return root.resolve(path.substring(1));
  }

  /// Every file that nothing may write at run time, with its size and time.
  Map<String, String> unwritable() throws IOException {
    Map<String, String> state = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.toList()) {
        if (!file.startsWith(at("/data")) && !file.startsWith(temporary())) {
          state.put(
              file.toString(),
              Files.isDirectory(file)
                  ? "folder"
                  : Files.size(file) + " bytes of " + Files.getLastModifiedTime(file));
        }
      }
    }
    return state;
  }

  private void carryOut(Dockerfile.Instruction instruction, Path jar)
      throws IOException, InterruptedException {
    List<String> words = instruction.words();
    switch (instruction.name()) {
      case "FROM" -> begin(words.getFirst());
      case "WORKDIR" -> folder = Files.createDirectories(at(words.getFirst()));
      case "USER" -> user = !words.getFirst().equals("root");
      case "ENV" -> words.forEach(this::set);
      case "COPY" -> copy(instruction);
      case "RUN" -> run(words, jar);
      case "EXPOSE", "VOLUME", "HEALTHCHECK", "ENTRYPOINT", "CMD" -> {
        // changes no file
      }
      default -> throw new IllegalArgumentException("not known here: " + instruction);
    }
  }

  private void begin(String image) {
    folder = root;
    user = false;
    environment.clear();
    environment.put("PATH", PATH);
    if (image.startsWith("maven:")) {
      environment.put("JAVA_HOME", System.getProperty("java.home"));
    }
  }

  private void set(String assignment) {
    String[] parts = assignment.split("=", 2);
    environment.put(parts[0], parts[1].replace("$PATH", environment.getOrDefault("PATH", "")));
  }

  private void copy(Dockerfile.Instruction instruction) throws IOException, InterruptedException {
    List<String> words = instruction.words();
    String last = words.getLast();
    Path target = last.startsWith("/") ? at(last) : folder.resolve(last).normalize();
    for (String source : words.subList(0, words.size() - 1)) {
      if (instruction.option("from").isEmpty()) {
        copyFromContext(Path.of(source).normalize(), target);
      } else {
        copyFromStage(at(source), last.endsWith("/") ? target.resolve(name(source)) : target);
      }
    }
    if (AS_ROOT && !instruction.option("chown").isEmpty()) {
      List<String> command = List.of("chown", "-R", NOBODY + ":" + NOBODY, target.toString());
      assertThat(exitCode(new ProcessBuilder(command))).isZero();
    }
  }

  /// A file into a folder, or all of a folder.
  private void copyFromContext(Path source, Path target) throws IOException {
    boolean all = source.toString().isEmpty();
    List<Path> files =
        context.files().stream().filter(file -> all || file.startsWith(source)).toList();
    assertThat(files).as("what COPY names: %s", source).isNotEmpty();
    for (Path file : files) {
      Path relative = all ? file : file.getFileName();
      Path copy = target.resolve(relative);
      Files.createDirectories(copy.getParent());
      Files.copy(context.root().resolve(file), copy, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  /// All stages are this folder: what keeps its path is there already.
  private static void copyFromStage(Path source, Path target) throws IOException {
    assertThat(source).as("what COPY names").exists();
    if (!source.equals(target)) {
      Files.copy(source, target, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  private void run(List<String> words, Path jar) throws IOException, InterruptedException {
    List<String> command = mapped(words);
    if (words.getFirst().endsWith("/build")) {
      command.addAll(1, List.of("--jar", jar.toString()));
    }
    Path output = Files.createTempFile(temporary(), "run", ".log");
    ProcessBuilder process = process(command, Map.of());
    int code = exitCode(process.redirectErrorStream(true).redirectOutput(output.toFile()));
    assertThat(code).as("%s: %s", words, Files.readString(output)).isZero();
  }

  private ProcessBuilder process(List<String> words, Map<String, String> variables) {
    List<String> command = new ArrayList<>();
    if (user && AS_ROOT) {
      command.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY));
      command.add("--clear-groups");
    }
    command.addAll(words);
    ProcessBuilder process = new ProcessBuilder(command).directory(folder.toFile());
    process.environment().clear();
    process.environment().put("HOME", user ? "/nonexistent" : "/root"); // as Docker does
    process.environment().putAll(environment);
    process.environment().putAll(variables);
    return process;
  }

  private List<String> mapped(List<String> words) {
    return new ArrayList<>(
        words.stream().map(word -> word.startsWith("/") ? at(word).toString() : word).toList());
  }

  private Path temporary() {
    return root.resolve("tmp");
  }

  private static String name(String path) {
    return Path.of(path).getFileName().toString();
  }

  private static int exitCode(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.start();
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(builder.command() + " has not ended within " + LIMIT);
    }
    return process.exitValue();
  }
}
