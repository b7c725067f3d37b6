package dev.build0711.runner.simulator.agentserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.simulator.VirtualClock;
import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Twenty thousand conversations in one process, by a clock that stands still.
class CrowdTest {

  private static final int CROWD = 20_000;
  private static final int ON_A_PAGE = 99;
  private static final long BYTES_EACH = 6_000;

  private final VirtualClock clock = new VirtualClock();
  private final World world =
      new World(clock, 1, Duration.ofSeconds(2), Duration.ofSeconds(1), CROWD, CROWD);
  private final AgentServer server = new AgentServer(world, null);

  @Test
  @Timeout(180)
  void aCrowdNeedsNoThreadsLittleMemoryAndIsPolledByTheHundred() {
    int threads = Thread.activeCount();
    long before = used();
    for (int i = 0; i < CROWD; i++) {
      assertThat(ask("POST", "/api/conversations", start(i)).status()).isEqualTo(201);
    }
    assertThat(countEverywhere("running")).isEqualTo(CROWD);
    clock.advance(Duration.ofMinutes(1));
    assertThat(countEverywhere("finished")).isEqualTo(CROWD);
    assertThat(world.prompts("task 7")).isEqualTo(1111);
    assertThat(body(ask("GET", "/api/conversations/count?status=finished", "")).asInt(0))
        .isEqualTo(CROWD);
    assertThat(body(ask("GET", "/api/conversations/search?limit=1", "")).path("items")).hasSize(1);
    assertThat((used() - before) / CROWD).isLessThan(BYTES_EACH);
    assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads);
  }

  private int countEverywhere(String status) {
    int count = 0;
    for (int from = 0; from < CROWD; from += ON_A_PAGE) {
      String ids =
          IntStream.range(from, Math.min(CROWD, from + ON_A_PAGE))
              .mapToObj(i -> "ids=" + id(i))
              .collect(Collectors.joining("&"));
      for (JsonNode info : body(ask("GET", "/api/conversations?" + ids, ""))) {
        count += info.path("execution_status").asString("").equals(status) ? 1 : 0;
      }
    }
    return count;
  }

  private static String start(int number) {
    return """
    {"conversation_id":"%s","workspace":{"kind":"LocalWorkspace","working_dir":"/w"},
     "agent_settings":{"llm":{"model":"openai/fake"}},"tags":{"runid":"%d"},
     "initial_message":{"role":"user","content":[{"type":"text","text":"task %d"}]}}\
    """
        .formatted(id(number), number, number);
  }

  private Reply.Answer ask(String method, String path, String body) {
    return (Reply.Answer)
        server.answer(
            new Request(method, URI.create(path), Map.of(), body.getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonNode body(Reply.Answer answer) {
    return new JsonMapper().readTree(answer.body());
  }

  private static UUID id(int number) {
    return new UUID(0x0197a1fd7b157074L, 0x8000000000000000L + number);
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
