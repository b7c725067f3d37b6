package dev.build0711.runner.openhands.agentserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The command in a real shell, with a real git.
class CloneCommandIT {

  private static final Instant NOW = Instant.parse("2026-11-22T06:00:00Z");

  @TempDir Path folder;
  private Path run = Path.of("/");

  /// How a command ended and what it printed.
  private record Ended(int code, String output) {}

  @BeforeEach
  void aRepositoryWithTwoBranches() throws Exception {
    run = folder.resolve("it's a root/run_1");
    assertThat(
            shell(
                    """
                    git init -q -b main source && cd source
                    git -c user.name=T -c user.email=t@example.com commit -q --allow-empty -m First
                    git branch dev && cd .. && git clone -q --bare source host/acme/widgets.git
                    """)
                .code())
        .isZero();
  }

  private Ended shell(String command) throws Exception {
    return shell(command, "");
  }

  private Ended shell(String command, String input) throws Exception {
    Path out = folder.resolve("out.txt");
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("GIT_TERMINAL_PROMPT", "0");
    Process process = builder.start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), Files.readString(out));
  }

  private CloneCommand command(@Nullable String branch, @Nullable String tokenFile) {
    return new CloneCommand(
        run.resolve("widgets").toString(),
        "file://" + folder.resolve("host") + "/",
        "acme/widgets",
        branch,
        tokenFile);
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private String branch() throws Exception {
    return Files.readString(run.resolve("widgets/.git/HEAD")).strip();
  }

  @Test
  void aRepositoryIsClonedAndCloningItAgainChangesNothing() throws Exception {
    CloneCommand command = command(null, null);
    assertThat(command.sound()).isTrue();

    assertThat(shell(command.text())).isEqualTo(new Ended(0, ""));
    Files.writeString(run.resolve("widgets/work"), "of the agent");
    assertThat(shell(command.text()).code()).isZero();

    assertThat(left()).containsExactly("widgets");
    assertThat(branch()).isEqualTo("ref: refs/heads/main");
    assertThat(run.resolve("widgets/work")).hasContent("of the agent");
  }

  @Test
  void aBranchIsTakenAndAnAbsentOneFailsWithoutATrace() throws Exception {
    assertThat(shell(command("gone", null).text()).code()).isNotZero();
    assertThat(left()).isEmpty();

    assertThat(shell(command("dev", null).text()).code()).isZero();
    assertThat(branch()).isEqualTo("ref: refs/heads/dev");
  }

  @Test
  void aHalfCloneOfAKilledCommandIsNotTakenForOne() throws Exception {
    Files.createDirectories(run.resolve("widgets.part.17/.git"));

    assertThat(shell(command(null, null).text()).code()).isZero();
    assertThat(branch()).isEqualTo("ref: refs/heads/main");
  }

  @Test
  void theTokensFileIsTheOwnersAloneAndGoesHoweverTheCloneEnds() throws Exception {
    for (String branch : new String[] {"gone", "dev"}) {
      String file = CloneCommand.tokenFile(run.toString(), NOW);
      CloneCommand command = command(branch, file);
      assertThat(shell(command.place()).code()).isZero();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(file))))
          .isEqualTo("rw-------");

      assertThat(shell(command.text()).code() == 0).isEqualTo(branch.equals("dev"));
      assertThat(left()).noneMatch(name -> name.startsWith(".token"));
    }
  }

  @Test
  void whatAKilledCommandLeftCanBeCleared() throws Exception {
    assertThat(shell(command(null, CloneCommand.tokenFile(run.toString(), NOW)).place()).code())
        .isZero();

    assertThat(shell(CloneCommand.cleaning(run.toString())).code()).isZero();
    assertThat(left()).isEmpty();
  }

  @Test
  void theTokenIsOfferedToItsOwnHostAlone() throws Exception {
    Path token = Files.writeString(folder.resolve("it's a token"), Bench.TOKEN);
    String credentials =
        new CloneCommand(
                "/w/run/widgets", "https://git.example.com/", "a/b", null, token.toString())
            .credentials();
    String ask = "git" + credentials + " credential fill";

    assertThat(shell(ask, "protocol=https\nhost=git.example.com\n\n").output())
        .contains("username=x-access-token", "password=" + Bench.TOKEN);
    assertThat(shell(ask, "protocol=https\nhost=other.example.com\n\n").output())
        .doesNotContain(Bench.TOKEN);
    assertThat(shell(ask, "protocol=http\nhost=git.example.com\n\n").output())
        .doesNotContain(Bench.TOKEN);
    assertThat(credentials).doesNotContain(Bench.TOKEN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'; touch hacked; '", "$(touch hacked)", "--upload-pack=touch hacked"})
  void aBranchIsNeverPartOfTheCommand(String branch) throws Exception {
    assertThat(shell(command(branch, null).text()).code()).isNotZero();
    assertThat(folder.resolve("hacked")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"widgets", "acme/..", "acme/.", "acme/wid gets", "acme/$(id)", "acme//x"})
  void aPathThatNoHostHasIsRefused(String path) {
    assertThat(new CloneCommand("/w/x", "https://git.example.com", path, null, null).sound())
        .isFalse();
  }
}
