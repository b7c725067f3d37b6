package dev.build0711.runner.openhands.agentserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.port.AgentBackend.Health;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.port.Secrets.SecretUnavailable;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.AgentResumed;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.Reason;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlIT {

  private static final String PATH = "/api/conversations/" + Bench.ID;

  private final Bench bench = new Bench();
  private final AgentServerBackend backend = bench.backend();

  @AfterEach
  void end() {
    bench.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 409})
  void anAgentThatRunsOrRunsAlreadyIsResumed(int status) {
    bench.server.on("POST", PATH + "/run", status, "{\"success\":true}");

    assertThat(backend.resume(Bench.CONVERSATION, null, Bench.LIMIT))
        .isInstanceOf(AgentResumed.class);
  }

  @Test
  void aResumeCanMeetAFullServerOrAnUnknownConversation() {
    bench.server.on("POST", PATH + "/run", 429, "{}");
    assertThat(backend.resume(Bench.CONVERSATION, null, Bench.LIMIT)).isEqualTo(new BackendFull());

    bench.server.on("POST", PATH + "/run", 404, "{}");
    assertThat(backend.resume(Bench.CONVERSATION, null, Bench.LIMIT))
        .isEqualTo(new ConversationMissing());

    bench.server.on("POST", PATH + "/run", 500, "{}");
    assertThat(backend.resume(Bench.CONVERSATION, null, Bench.LIMIT))
        .isEqualTo(new BackendSilent(Reason.BACKEND_ERROR, null));
  }

  @Test
  void anAgentIsStoppedAtOnce() {
    bench.server.on("POST", PATH + "/interrupt", 200, "{\"success\":true}");

    assertThat(backend.stop(Bench.CONVERSATION, Bench.LIMIT)).isEqualTo(new StopTaken());
    assertThat(bench.server.asked()).hasToString("[POST " + PATH + "/interrupt]");
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 405})
  void aServerThatCannotInterruptPauses(int status) {
    bench
        .server
        .on("POST", PATH + "/interrupt", status, "{\"detail\":\"Not Found\"}")
        .on("POST", PATH + "/pause", 200, "{\"success\":true}");

    assertThat(backend.stop(Bench.CONVERSATION, Bench.LIMIT)).isEqualTo(new StopTaken());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404})
  void whatIsUnknownCannotBeStopped(int status) {
    bench
        .server
        .on("POST", PATH + "/interrupt", status, "{}")
        .on("POST", PATH + "/pause", status, "{}");

    assertThat(backend.stop(Bench.CONVERSATION, Bench.LIMIT)).isEqualTo(new ConversationMissing());
  }

  @Test
  void issue3842AnAgentThatIsIdleAndTakenForRunningIsInterruptedAndRunOnce() {
    bench
        .server
        .on("GET", PATH, 200, "{\"execution_status\":\"idle\"}")
        .on("POST", PATH + "/run", 409, "{\"detail\":\"Conversation already running.\"}")
        .on("POST", PATH + "/interrupt", 200, "{\"success\":true}");

    assertThat(backend.resume(Bench.CONVERSATION, null, Bench.LIMIT))
        .as("the clock for stalled agents runs from here")
        .isInstanceOf(AgentResumed.class);
    assertThat(bench.server.asked("POST", PATH))
        .hasToString("[POST %1$s/run, POST %1$s/interrupt, POST %1$s/run]".formatted(PATH));
  }

  @Test
  void issue4893AnAgentThatIsTakenForRunningForEverIsNotInterruptedByAResume() {
    bench
        .server
        .on("GET", PATH, 200, "{\"execution_status\":\"running\"}")
        .on("POST", PATH + "/run", 409, "{\"detail\":\"Conversation already running.\"}");

    assertThat(backend.resume(Bench.CONVERSATION, null, Bench.LIMIT))
        .isInstanceOf(AgentResumed.class);
    assertThat(bench.server.asked("POST", PATH + "/interrupt")).isEmpty();
  }

  @Test
  void aPauseThatLastsLongerThanTheLookHasBeenTaken() {
    bench
        .server
        .on("POST", PATH + "/interrupt", 404, "{\"detail\":\"Not Found\"}")
        .on("POST", PATH + "/pause", _ -> null);

    assertThat(backend.stop(Bench.CONVERSATION, Bench.LIMIT)).isEqualTo(new StopTaken());
  }

  @Test
  void aServerIsUpIfItAlsoTakesTheKey() {
    bench.server.on("GET", "/api/conversations/count", 200, "0");
    assertThat(backend.check(Bench.LIMIT))
        .isEqualTo(new Health(null, Dialect.AGENT_SERVER, "1.58.0"));

    bench.server.on("GET", "/api/conversations/count", 401, "{\"detail\":\"Unauthorized\"}");
    assertThat(backend.check(Bench.LIMIT))
        .isEqualTo(new Health(Reason.BACKEND_UNAUTHORIZED, Dialect.AGENT_SERVER, "1.58.0"));

    bench.server.on("GET", "/server_info", 200, "<html>");
    assertThat(backend.check(Bench.LIMIT))
        .isEqualTo(new Health(Reason.BACKEND_BAD_ANSWER, Dialect.AGENT_SERVER, null));

    bench.server.close();
    assertThat(backend.check(Bench.LIMIT))
        .isEqualTo(new Health(Reason.BACKEND_UNREACHABLE, Dialect.AGENT_SERVER, null));
  }

  @Test
  void theServerIsNotAskedAboutItselfAtEveryStart() {
    bench.server.on("POST", "/api/conversations", 201, "{}");
    for (int i = 0; i < 3; i++) {
      assertThat(backend.start(Bench.order(AgentOptions.NONE), true, Bench.LIMIT)).isNotNull();
    }

    assertThat(bench.server.asked("GET", "/server_info")).hasSize(1);
  }

  @Test
  void aKeyThatCannotBeReadIsABackendThatCannotBeReached() {
    try (Exchanges exchanges = new Exchanges()) {
      AgentServerBackend keyless =
          new AgentServerBackend(
              new AgentServerSettings(
                  "oslo",
                  bench.server.base(),
                  () -> {
                    throw new SecretUnavailable("no answer", new IllegalStateException());
                  },
                  "/workspace/runs",
                  null,
                  AgentServerSettings.Llm.OF_THE_SERVER,
                  _ -> null),
              exchanges,
              InstantSource.system());
      BackendSilent silent = new BackendSilent(Reason.BACKEND_UNREACHABLE, null);

      assertThat(keyless.start(Bench.order(AgentOptions.NONE), true, Bench.LIMIT))
          .isEqualTo(silent);
      assertThat(
              keyless.look(List.of(new Watched(Bench.CONVERSATION, null)), Bench.LIMIT).getFirst())
          .isEqualTo(silent);
      assertThat(keyless.resume(Bench.CONVERSATION, null, Bench.LIMIT)).isEqualTo(silent);
      assertThat(keyless.stop(Bench.CONVERSATION, Bench.LIMIT)).isEqualTo(silent);
      assertThat(keyless.prepare(Bench.cloning(null), Bench.LIMIT)).hasValue(silent);
      assertThat(keyless.check(Bench.LIMIT).up()).isFalse();
      assertThat(bench.server.asked()).isEmpty();
    }
  }
}
