package dev.build0711.runner.openhands.appserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.Exchanges;
import java.net.URI;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// The key of a sandbox goes to no host but the app server's own.
class InsideTest {

  @ParameterizedTest
  @CsvSource({
    "https://openhands.example.com, http://openhands.example.com:34567/api/conversations/7, true",
    "https://openhands.example.com, https://OPENHANDS.example.com/r/7/api/conversations/7, true",
    "https://openhands.example.com, https://evil.example.com/api/conversations/7, false",
    "https://openhands.example.com, http://localhost:34567/api/conversations/7, false",
    "https://openhands.example.com, https://a:b@openhands.example.com/api/conversations/7, false",
    "https://openhands.example.com, https://openhands.example.com/elsewhere/7, false",
    "http://127.0.0.1:3000, http://localhost:34567/api/conversations/7, true",
    "http://localhost:3000, http://[::1]:34567/api/conversations/7, true",
    "http://127.0.0.1:3000, http://10.0.0.7:34567/api/conversations/7, false"
  })
  void onlyASandboxOnTheHostOfTheServerIsAsked(String server, String url, boolean asked) {
    ObjectNode state = FakeConversation.state(Bench.ID, "RUNNING", "running");
    state.put("conversation_url", url);

    assertThat(inside(server, state)).isEqualTo(asked);
  }

  @Test
  void anAddressThatIsNoneIsNoWay() {
    ObjectNode state = FakeConversation.state(Bench.ID, "RUNNING", "running");
    state.put("conversation_url", "http://[half/api/conversations/7");

    assertThat(inside("http://127.0.0.1:3000", state)).isFalse();
  }

  @Test
  void theKeyOfASandboxIsNeverShown() {
    ObjectNode state = FakeConversation.state(Bench.ID, "RUNNING", "running");
    state.put("session_api_key", "key-of-the-sandbox");

    assertThat(Objects.requireNonNull(AppConversation.of(state)).toString())
        .doesNotContain("key-of-the-sandbox");
  }

  private static boolean inside(String server, ObjectNode state) {
    try (Exchanges exchanges = new Exchanges()) {
      return new Inside(URI.create(server), exchanges)
          .of(Objects.requireNonNull(AppConversation.of(state)))
          .isPresent();
    }
  }
}
