package dev.build0711.runner.openhands.agentserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.ScriptedServer.Answer;
import dev.build0711.runner.exchange.ScriptedServer.Asked;
import dev.build0711.runner.openhands.SessionKey;
import dev.build0711.runner.port.AgentBackend.Health;
import dev.build0711.runner.port.Secrets.SecretUnavailable;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Reason;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionKeyIT {

  private static final String START = "/api/conversations";

  private final Bench bench = new Bench();
  private final Rotated key = new Rotated();
  private final AgentServerBackend backend = bench.backend(key);

  @BeforeEach
  void onlyTheNewKeyIsTaken() {
    bench
        .server
        .on("POST", START, asked -> guarded(asked, Answer.json(201, "{}")))
        .on("GET", START + "/count", asked -> guarded(asked, Answer.json(200, "0")));
  }

  @AfterEach
  void end() {
    bench.close();
  }

  @Test
  void aRefusedKeyIsReadAnewAndTheStartGoesOn() {
    assertThat(backend.start(Bench.order(AgentOptions.NONE), true, Bench.LIMIT))
        .isInstanceOf(ConversationStarted.class);

    assertThat(bench.server.asked("POST", START))
        .extracting(SessionKeyIT::shown)
        .containsExactly("key-of-march", "key-of-april");
    assertThat(key.renewals).isEqualTo(1);
  }

  @Test
  void aKeyThatIsStillTheSameIsNotTriedAgain() {
    key.next = "key-of-march";

    assertThat(backend.start(Bench.order(AgentOptions.NONE), true, Bench.LIMIT))
        .isEqualTo(new BackendSilent(Reason.BACKEND_UNAUTHORIZED, null));
    assertThat(bench.server.asked("POST", START)).hasSize(1);
  }

  @Test
  void aSecondRefusalIsTheAnswer() {
    key.next = "key-of-may";

    assertThat(backend.check(Bench.LIMIT))
        .isEqualTo(new Health(Reason.BACKEND_UNAUTHORIZED, Dialect.AGENT_SERVER, "1.58.0"));
    assertThat(bench.server.asked("GET", START + "/count")).hasSize(2);
    assertThat(key.renewals).isEqualTo(1);
  }

  @Test
  void aRefusedKeyThatCannotBeReadAnewIsABackendThatCannotBeReached() {
    key.next = null;

    assertThat(backend.start(Bench.order(AgentOptions.NONE), true, Bench.LIMIT))
        .isEqualTo(new BackendSilent(Reason.BACKEND_UNREACHABLE, null));
  }

  private static Answer guarded(Asked asked, Answer answer) {
    return Objects.equals(shown(asked), "key-of-april")
        ? answer
        : Answer.json(401, "{\"detail\":\"Unauthorized\"}");
  }

  private static @Nullable String shown(Asked asked) {
    return asked.header("X-session-api-key");
  }

  /// A key that was changed in the store after it had been read.
  private static final class Rotated implements SessionKey {

    private String now = "key-of-march";
    private @Nullable String next = "key-of-april";
    private int renewals;

    @Override
    public String current() {
      return now;
    }

    @Override
    public String renewed() {
      renewals++;
      if (next == null) {
        throw new SecretUnavailable("no answer", new IllegalStateException());
      }
      now = next;
      return now;
    }
  }
}
