package dev.build0711.runner.openhands.agentserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.ScriptedServer.Answer;
import dev.build0711.runner.port.AgentBackend.Collection;
import dev.build0711.runner.port.AgentBackend.Collection.Harvest;
import dev.build0711.runner.port.AgentBackend.Collection.Unavailable;
import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.ChangedFile;
import dev.build0711.runner.run.ChangedFile.Change;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import dev.build0711.runner.run.Reason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CollectIT {

  private static final String SHELL = "/api/bash/execute_bash_command";
  private static final String TRAJECTORY = "/api/file/download-trajectory/" + Bench.ID;
  private static final String COMMIT = "475bd5ab5a4a68652998323e68ff61dcac855ba7";
  private static final String PATCH = "diff --git a/new.txt b/new.txt\n+more\n";

  private final Bench bench = new Bench();
  private final AgentServerBackend backend = bench.backend();

  @BeforeEach
  void begin() {
    bench
        .server
        .on("POST", SHELL, 200, printed(COMMIT + "\\nagent/work\\n"))
        .on(
            "GET",
            "/api/git/changes?path=",
            200,
            """
            [{"status":"UPDATED","path":"README.md"},{"status":"ADDED","path":"new.txt"},
             {"status":"DANCED","path":"x"},{"status":"MOVED"},7]
            """)
        .on("GET", "/api/file/archive", _ -> file(PATCH))
        .on("GET", TRAJECTORY, _ -> file("PK-zip"));
  }

  @AfterEach
  void end() {
    bench.close();
  }

  private static String printed(String text) {
    return "{\"exit_code\":0,\"stdout\":\"%s\",\"stderr\":null}".formatted(text);
  }

  private static Answer file(String content) {
    return new Answer(200, content, "application/octet-stream", Map.of());
  }

  private Collection collect() {
    return backend.collect(Bench.cloning(null), Bench.CONVERSATION, Bench.LIMIT);
  }

  private Harvest harvest() {
    Collection collected = collect();
    assertThat(collected).isInstanceOf(Harvest.class);
    return (Harvest) collected;
  }

  private static List<String> names(Harvest harvest) {
    return harvest.artifacts().stream().map(Artifact::name).toList();
  }

  @Test
  void whatTheAgentLeftIsFetchedWithoutWakingIt() {
    Harvest harvest = harvest();

    assertThat(harvest.results())
        .isEqualTo(
            new ResultsCollected(
                "agent/work",
                COMMIT,
                List.of(
                    new ChangedFile("README.md", Change.UPDATED),
                    new ChangedFile("new.txt", Change.ADDED))));
    assertThat(names(harvest)).containsExactly("diff.patch", "trajectory.zip");
    assertThat(harvest.artifacts().getFirst().bytes()).asString().isEqualTo(PATCH);
    assertThat(bench.server.asked())
        .noneMatch(asked -> asked.path().startsWith("/api/conversations"));
    assertThat(bench.server.asked("POST", SHELL).getFirst().body())
        .contains("/workspace/runs/" + Bench.RUN + "/widgets");
  }

  @Test
  void aDetachedHeadHasNoBranch() {
    bench.server.on("POST", SHELL, 200, printed(COMMIT + "\\nHEAD\\n"));

    assertThat(harvest().results().branch()).isNull();
    assertThat(harvest().results().commit()).isEqualTo(COMMIT);
  }

  @Test
  void aRunWithoutARepositoryLeavesItsTrajectory() {
    Collection collected =
        backend.collect(Bench.order(AgentOptions.NONE), Bench.CONVERSATION, Bench.LIMIT);

    assertThat(names((Harvest) collected)).containsExactly("trajectory.zip");
    assertThat(bench.server.asked()).hasToString("[GET " + TRAJECTORY + "]");
  }

  @Test
  void aServerThatPacksNoPatchIsAskedForADiff() {
    bench
        .server
        .on("GET", "/api/file/archive", 404, "{\"detail\":\"Not Found\"}")
        .on(
            "POST",
            SHELL,
            asked ->
                Answer.json(
                    200, printed(asked.body().contains("merge-base") ? "diff --git a b" : "")));

    assertThat(harvest().artifacts().getFirst().bytes()).asString().isEqualTo("diff --git a b");
  }

  @Test
  void whatIsTooLargeIsCutAndAnArchiveIsOnlySaidToBe() {
    bench
        .server
        .on("GET", "/api/file/archive", _ -> file("diff " + "x".repeat(Artifact.MAX_BYTES)))
        .on("GET", TRAJECTORY, _ -> file("PK" + "x".repeat(Artifact.MAX_BYTES)));

    assertThat(harvest().artifacts())
        .hasToString(
            "[diff.patch, %d bytes, truncated, trajectory.zip, 0 bytes, truncated]"
                .formatted(Artifact.MAX_BYTES));
  }

  @Test
  void aPageOfHtmlIsNoArtifact() {
    bench
        .server
        .on("GET", "/api/file/archive", _ -> file("<html>"))
        .on("GET", TRAJECTORY, _ -> file("<html>"));

    assertThat(harvest().artifacts()).isEmpty();
  }

  @Test
  void whatCannotBeFetchedIsLeftOut() {
    bench
        .server
        .on("POST", SHELL, 500, "{}")
        .on("GET", "/api/file/archive", 500, "{}")
        .on("GET", "/api/git/changes", 500, "{}");

    Harvest harvest = harvest();
    assertThat(harvest.results()).isEqualTo(new ResultsCollected(null, null, List.of()));
    assertThat(names(harvest)).containsExactly("trajectory.zip");
  }

  @Test
  void nothingAtAllIsNoResult() {
    for (String path : List.of("/api/file", "/api/git")) {
      bench.server.on("GET", path, 503, "{}");
    }
    bench.server.on("POST", SHELL, 503, "{}");
    assertThat(collect()).isEqualTo(new Unavailable(new BackendSilent(Reason.BACKEND_ERROR, null)));

    bench.server.on("GET", TRAJECTORY, 404, "{\"detail\":\"Conversation not found\"}");
    assertThat(collect()).isEqualTo(new Unavailable(new ConversationMissing()));
  }
}
