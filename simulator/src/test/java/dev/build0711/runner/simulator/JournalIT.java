package dev.build0711.runner.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalIT {

  private static final String ID = "0c2835ca-f583-41b3-bff1-5dcb951a71d1";
  private static final String START =
      """
      {"conversation_id":"%s","workspace":{"kind":"LocalWorkspace","working_dir":"/w"},
       "agent_settings":{"llm":{"model":"openai/fake","api_key":"sk-canary"}},
       "secrets":{"GITHUB_TOKEN":{"kind":"StaticSecret","value":"ghp-canary"}},
       "initial_message":{"role":"user","content":[{"type":"text","text":"[[scenario: long steps=90]]"}]}}
      """
          .formatted(ID);

  @TempDir private Path folder;

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void aConversationOutlivesItsServerAndWasCutOffByTheRestart() throws Exception {
    try (Simulator first = start()) {
      assertThat(send(first, "POST", "/api/conversations", START)).contains(ID);
      assertThat(send(first, "GET", "/api/conversations/" + ID, "")).contains("\"running\"");
    }
    try (Simulator second = start()) {
      assertThat(send(second, "GET", "/api/conversations/" + ID, "")).contains("\"error\"");

      send(second, "POST", "/api/conversations/" + ID + "/run", "{}");

      assertThat(send(second, "GET", "/api/conversations/" + ID, "")).contains("\"running\"");
      assertThat(second.prompts("long")).isEqualTo(1);
    }
  }

  @Test
  void secretsAreNotKept() throws Exception {
    try (Simulator simulator = start()) {
      send(simulator, "POST", "/api/conversations", START);
    }

    assertThat(Files.readString(folder.resolve("journal"))).contains(ID).doesNotContain("canary");
  }

  private Simulator start() throws Exception {
    return Simulator.start(Options.defaults().withJournal(folder.resolve("journal")));
  }

  private String send(Simulator simulator, String method, String path, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(simulator.uri() + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString()).body();
  }
}
