package dev.build0711.runner.openhands.agentserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.ScriptedServer.Asked;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings.Llm;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfPreparation;
import dev.build0711.runner.run.Evidence.PreparationFailed;
import dev.build0711.runner.run.Evidence.Prepared;
import dev.build0711.runner.run.Evidence.Preparing;
import dev.build0711.runner.run.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkspaceIT {

  private static final String COMMAND = "29f8d617026c46519d69effa89e30778";
  private static final String EVENTS = "/api/bash/bash_events/search";
  private static final String EXECUTE = "/api/bash/execute_bash_command";
  private static final String BEGIN = "/api/bash/start_bash_command";

  private final Bench bench = new Bench();
  private final AgentServerBackend open = bench.backend(null, Llm.OF_THE_SERVER, null);
  private final AgentServerBackend closed = bench.backend(null, Llm.OF_THE_SERVER, Bench.TOKEN);

  WorkspaceIT() {
    bench
        .server
        .on("POST", EXECUTE, 200, "{\"exit_code\":0,\"stdout\":null,\"stderr\":null}")
        .on("POST", "/api/file/upload", 200, "{\"success\":true}")
        .on("POST", BEGIN, 200, "{\"id\":\"" + COMMAND + "\",\"kind\":\"BashCommand\"}");
  }

  @AfterEach
  void end() {
    bench.close();
  }

  private static Preparing begun(AgentServerBackend backend) {
    OfPreparation preparing = backend.prepare(Bench.cloning("dev"), Bench.LIMIT).orElseThrow();
    assertThat(preparing).isInstanceOf(Preparing.class);
    return (Preparing) preparing;
  }

  private static OfPreparation progress(AgentServerBackend backend, Preparing preparing) {
    return backend.preparation(
        Bench.cloning("dev"), preparing.conversation(), preparing.cursor(), Bench.LIMIT);
  }

  private void outputs(String items) {
    bench.server.on("GET", EVENTS, 200, "{\"items\":[" + items + "],\"next_page_id\":null}");
  }

  @Test
  void aRunWithoutARepositoryNeedsNoPreparation() {
    assertThat(open.prepare(Bench.order(AgentOptions.NONE), Bench.LIMIT).orElseThrow())
        .isInstanceOf(Prepared.class);
    assertThat(bench.server.asked("POST", "/")).isEmpty();
  }

  @Test
  void aPublicRepositoryIsClonedInTheBackground() {
    Preparing preparing = begun(open);

    assertThat(preparing.conversation()).isEqualTo(Bench.CONVERSATION);
    List<Asked> posts = bench.server.asked("POST", "/");
    assertThat(posts).hasToString("[POST " + BEGIN + "]");
    assertThat(posts.getFirst().body())
        .contains("'https://git.example.com/acme/widgets.git'")
        .contains("'--branch=dev'")
        .contains("/workspace/runs/" + Bench.RUN + "/widgets'");
  }

  @Test
  void theTokenTravelsAsAFileAndInNoCommand() {
    Preparing preparing = begun(closed);
    outputs("{\"exit_code\":128,\"stderr\":\"fatal\"}");

    OfPreparation failed = progress(closed, preparing);

    assertThat(failed).isEqualTo(new PreparationFailed(Reason.CLONE_FAILED));
    assertThat(bench.server.asked("POST", "/"))
        .extracting(asked -> asked.path().replaceAll("\\?.*", ""))
        .containsExactly(EXECUTE, "/api/file/upload", BEGIN, EXECUTE);
    assertThat(bench.server.asked("POST", "/api/file/upload").getFirst().body())
        .contains(Bench.TOKEN);
    assertThat(bench.server.asked())
        .filteredOn(asked -> !asked.path().startsWith("/api/file/upload"))
        .isNotEmpty()
        .noneMatch(asked -> (asked.path() + asked.body()).contains(Bench.TOKEN));
    assertThat(bench.server.asked("POST", EXECUTE).getLast().body()).contains("rm -f");
    assertThat(preparing.cursor()).doesNotContain(Bench.TOKEN);
  }

  @Test
  void aCommandThatRunsIsWaitedFor() {
    Preparing preparing = begun(open);
    outputs("");

    assertThat(progress(open, preparing)).isEqualTo(preparing);
    outputs("{\"exit_code\":null,\"stdout\":\"half of a long text\"}");
    assertThat(progress(open, preparing)).isEqualTo(preparing);
  }

  @Test
  void aCommandThatEndedWellHasPreparedTheWorkspace() {
    Preparing preparing = begun(open);
    outputs("{\"exit_code\":0,\"stdout\":null}");

    assertThat(progress(open, preparing)).isEqualTo(new Prepared(preparing.conversation(), null));
    assertThat(bench.server.asked("GET", EVENTS).getFirst().path())
        .contains("command_id__eq=" + COMMAND);
  }

  @Test
  void aCommandThatARestartEndedIsGivenAnew() {
    Preparing preparing = begun(open);
    outputs("");
    bench.pass(Duration.ofSeconds(40));
    bench.is("1.58.0", "idempotent_conversation_create_v1", 12);

    assertThat(progress(open, preparing)).isEqualTo(new ConversationMissing());
  }

  @Test
  void aCommandThatNeverEndsIsGivenUp() {
    Preparing preparing = begun(open);
    outputs("");
    bench.pass(Workspace.CLONE.plusMinutes(1));

    assertThat(progress(open, preparing)).isEqualTo(new PreparationFailed(Reason.CLONE_FAILED));
  }

  @Test
  void aPlaceThatCannotBeMadeIsAFailure() {
    bench.server.on("POST", EXECUTE, 200, "{\"exit_code\":1}");

    assertThat(closed.prepare(Bench.cloning(null), Bench.LIMIT))
        .hasValue(new PreparationFailed(Reason.CLONE_FAILED));
    assertThat(bench.server.asked("POST", "/api/file/upload")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"id\":17}", "{\"id\":\"x&limit=0\"}"})
  void aCommandWithoutAnIdIsABadAnswer(String body) {
    bench.server.on("POST", BEGIN, 200, body);

    assertThat(open.prepare(Bench.cloning(null), Bench.LIMIT))
        .hasValue(new BackendSilent(Reason.BACKEND_BAD_ANSWER, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{\"command\":\"../x\",\"begun\":\"2026-11-22T06:00:00Z\"}"})
  void aForeignCursorMeansToBeginAnew(String cursor) {
    assertThat(open.preparation(Bench.cloning(null), Bench.CONVERSATION, cursor, Bench.LIMIT))
        .isEqualTo(new ConversationMissing());
  }
}
