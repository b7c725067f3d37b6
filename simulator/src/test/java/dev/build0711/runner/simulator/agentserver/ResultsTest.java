package dev.build0711.runner.simulator.agentserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.simulator.VirtualClock;
import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What an agent has made can be looked at and fetched, from the moment it has run a command.
class ResultsTest {

  private static final String ID = "0197a1fd-7b15-7074-ad42-5960cfc2a88e";
  private static final String DIR = "/runs/7";

  private final VirtualClock clock = new VirtualClock();
  private final World world =
      new World(clock, 1, Duration.ofSeconds(2), Duration.ofSeconds(1), 9, 100);
  private final AgentServer server = new AgentServer(world, null);

  @BeforeEach
  void start() {
    ask(
        "POST",
        "/api/bash/start_bash_command",
        "{\"command\":\"git clone https://git.example/acme/tool.git /runs/7\"}");
    assertThat(ask("POST", "/api/conversations", opening("")).status()).isEqualTo(201);
  }

  @Test
  void nothingIsThereBeforeTheFirstCommand() {
    assertThat(get("/api/git/changes?path=" + DIR).body()).isEqualTo("[]");
    assertThat(get("/api/git/diff?path=" + DIR + "/hello.txt").status()).isEqualTo(400);
    assertThat(get("/api/git/commits?path=" + DIR).body()).contains("\"commits\":[]");
    assertThat(get("/api/file/archive?path=" + DIR).status()).isEqualTo(404);
    assertThat(get("/api/file/download?path=" + DIR + "/hello.txt").status()).isEqualTo(404);
  }

  @Test
  void whatIsCommittedIsAChangeAgainstTheRemoteAndNoneAgainstTheHead() {
    clock.advance(Duration.ofMinutes(1));
    String changed = "[{\"status\":\"ADDED\",\"path\":\"hello.txt\"}]";
    assertThat(get("/api/git/changes?path=" + DIR).body()).isEqualTo(changed);
    assertThat(get("/api/conversations/" + ID + "/git/changes").body()).isEqualTo(changed);
    assertThat(get("/api/git/changes?path=" + DIR + "&ref=HEAD").body()).isEqualTo("[]");
    assertThat(get("/api/git/commits?path=" + DIR).body()).contains("Do what was asked");
  }

  @Test
  void theFileAndThePatchCanBeFetched() {
    clock.advance(Duration.ofMinutes(1));
    String content = "written by a simulated agent";
    assertThat(get("/api/git/diff?path=" + DIR + "/hello.txt").body()).contains(content);
    assertThat(get("/api/conversations/" + ID + "/git/diff?path=hello.txt").body())
        .contains(content);
    assertThat(get("/api/file/download?path=" + DIR + "/hello.txt").body()).contains(content);
    assertThat(get("/api/conversations/" + ID + "/workspace/hello.txt").body()).contains(content);
    Reply.Answer patch = get("/api/file/archive?path=" + DIR);
    assertThat(patch.body()).contains("+++ b/hello.txt", "+" + content);
    assertThat(patch.headers())
        .containsEntry("x-archive-branch", "openhands%2F" + ID)
        .containsEntry("x-archive-repo-remote", "https%3A%2F%2Fgit.example%2Facme%2Ftool");
  }

  @Test
  void theTrajectoryIsAZipWithAFileForEachEvent() throws Exception {
    clock.advance(Duration.ofMinutes(1));
    Reply.Answer answer = get("/api/file/download-trajectory/" + ID);
    byte[] bytes = answer.body().getBytes(answer.charset());
    int events = 0;
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      while (zip.getNextEntry() != null) {
        events++;
      }
    }
    assertThat(String.valueOf(events))
        .isEqualTo(get("/api/conversations/" + ID + "/events/count").body());
    assertThat(get("/api/file/download-trajectory/" + ID.replace("0197", "0198")).status())
        .isEqualTo(404);
  }

  @Test
  void aWorkTreeOfItsOwnLiesElsewhere() {
    String other = ID.replace("0197", "0198");
    String answer =
        ask("POST", "/api/conversations", opening(",\"worktree\":true").replace(ID, other)).body();
    assertThat(answer).contains("/tmp/conversation-worktrees/" + other + "/7");
    clock.advance(Duration.ofMinutes(1));
    assertThat(get("/api/git/changes?path=/tmp/conversation-worktrees/" + other + "/7").body())
        .contains("hello.txt");
  }

  @Test
  void aPullRequestMayBeOpenedWithTheServersTool() {
    String body =
        opening("")
            .replace(ID, ID.replace("0197", "0199"))
            .replace("go", "[[scenario: finish by=tool]]");
    ask("POST", "/api/conversations", body);
    clock.advance(Duration.ofMinutes(1));
    assertThat(get("/api/conversations/" + ID.replace("0197", "0199") + "/events/search").body())
        .contains("MCPToolAction", "MCPToolObservation", "\"tool_name\":\"create_pr\"");
  }

  @Test
  void anIdThatTheServerChoosesIsNeverChosenAgain() {
    String without = opening("").replace("\"conversation_id\":\"" + ID + "\",", "");
    String first = ask("POST", "/api/conversations", without).body().substring(7, 43);
    ask("DELETE", "/api/conversations/" + ID, "");
    String second = ask("POST", "/api/conversations", without).body().substring(7, 43);
    assertThat(second).isNotEqualTo(first);
  }

  private Reply.Answer get(String path) {
    return ask("GET", path, "");
  }

  private Reply.Answer ask(String method, String path, String body) {
    return (Reply.Answer)
        server.answer(
            new Request(method, URI.create(path), Map.of(), body.getBytes(StandardCharsets.UTF_8)));
  }

  private static String opening(String more) {
    return """
    {"conversation_id":"%s","workspace":{"kind":"LocalWorkspace","working_dir":"%s"},
     "agent_settings":{"llm":{"model":"openai/x"}}%s,
     "initial_message":{"role":"user","content":[{"type":"text","text":"go"}]}}\
    """
        .formatted(ID, DIR, more);
  }
}
