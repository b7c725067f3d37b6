package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.config.ConfigKey;
import dev.build0711.runner.config.Deployment;
import dev.build0711.runner.config.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The commands that the README tells people to paste, pasted into a shell.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadmeIT {

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```bash\\n(.*?)^```$");
  private static final Pattern ANSWER = Pattern.compile("(?s)(.*?)\\nstatus (\\d{3})\\n");
  private static final Pattern RUN_ID = Pattern.compile("\"run_id\":\"(run_[0-9a-z]{26})\"");

  private StandaloneServer server;
  private Path data;

  @BeforeAll
  void start(@TempDir Path folder) {
    data = folder;
    Environment environment =
        new Environment(Map.of(), Deployment.STANDALONE, false).with(ConfigKey.SERVER_PORT, "0");
    server = StandaloneServer.start(environment, folder, false);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void everyCurlOfTheReadmeIsAnsweredWithSuccess() throws Exception {
    List<String> blocks = blocks();
    String runId = "";
    for (String block : blocks) {
      String output = shell(block, runId);
      Matcher answer = ANSWER.matcher(output);
      int answers = 0;
      while (answer.find()) {
        assertThat(answer.group(2)).as(block + output).startsWith("2");
        answers++;
      }
      assertThat(answers).as(block + output).isEqualTo(count(block, "curl "));
      Matcher made = RUN_ID.matcher(output);
      runId = runId.isEmpty() && made.find() ? made.group(1) : runId;
    }
    assertThat(runId).isNotEmpty();
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(4);
  }

  @Test
  void theTokenLiesWhereTheReadmeReadsIt() throws IOException {
    assertThat(Files.readString(Path.of("../README.md"))).contains("TOKEN=$(cat .local/token)");
    assertThat(Files.readString(data.resolve("token")).strip()).isEqualTo(server.token());
  }

  private static List<String> blocks() throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(Path.of("../README.md")));
    while (block.find()) {
      if (block.group(1).contains("curl ")) {
        blocks.add(block.group(1));
      }
    }
    return blocks;
  }

  /// Runs a block as it stands, but for the port and a line about the status behind each answer.
  private String shell(String block, String runId) throws IOException, InterruptedException {
    String script =
        block
            .replace("http://127.0.0.1:8080", server.uri().toString())
            .replace("curl ", "curl -w '\\nstatus %{http_code}\\n' ");
    ProcessBuilder shell = new ProcessBuilder("bash", "-euc", script).redirectErrorStream(true);
    shell.environment().put("TOKEN", String.valueOf(server.token()));
    if (!runId.isEmpty()) {
      shell.environment().put("RUN_ID", runId);
    }
    Path output = Files.createTempFile(data, "answer", ".txt");
    Process process = shell.redirectOutput(output.toFile()).start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(block).isTrue();
    assertThat(process.exitValue()).as(block + Files.readString(output)).isZero();
    return Files.readString(output);
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }
}
