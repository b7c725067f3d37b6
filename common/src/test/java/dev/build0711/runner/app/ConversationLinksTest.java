package dev.build0711.runner.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationLinksTest {

  private static final String ID = "b8d7ffd04b7e7c798c5518f83057f265";
  private static final String DASHED = "b8d7ffd0-4b7e-7c79-8c55-18f83057f265";

  private final ConversationLinks links =
      new ConversationLinks(
          List.of(
              URI.create("https://openhands.example.com"),
              URI.create("http://10.0.0.7:3000/agents/")));

  @Test
  void findsLinksToEveryBackendInTheOrderOfTheText() {
    String text =
        "[go on](http://10.0.0.7:3000/agents/conversations/"
            + DASHED
            + ") or"
            + " https://OpenHands.example.com/api/conversations/0123456789ABCDEF0123456789abcdef?x";

    assertThat(links.in(text)).containsExactly(ID, "0123456789abcdef0123456789abcdef");
  }

  @Test
  void findsEveryConversationOnce() {
    String link = "https://openhands.example.com/conversations/" + ID + " ";

    assertThat(links.in(link.repeat(200))).containsExactly(ID);
  }

  @Test
  void doesNotFindWhatIsNoLinkToABackend() {
    for (String text :
        List.of(
            "https://evil.example/conversations/" + ID,
            "https://openhandsXexample.com/conversations/" + ID,
            "https://openhands.example.com.evil.example/conversations/" + ID,
            "/conversations/" + ID,
            "https://openhands.example.com/conversations/" + ID + "0",
            "https://openhands.example.com/conversations/" + ID.substring(1),
            "https://openhands.example.com/conversation/" + ID)) {
      assertThat(links.in(text)).as(text).isEmpty();
    }
  }

  @Test
  void findsNothingWithoutBackends() {
    assertThat(new ConversationLinks(List.of()).in("/conversations/" + ID)).isEmpty();
  }
}
