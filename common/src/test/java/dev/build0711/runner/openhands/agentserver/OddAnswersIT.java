package dev.build0711.runner.openhands.agentserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.openhands.ScriptedServer.Answer;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunLifecycle;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.Transition.Moved;
import dev.build0711.runner.testing.Runs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever stands in the place of a server, no call throws, no run ends by one look at it, and
/// nothing that it says gets into what is kept.
class OddAnswersIT {

  private static final String MARK = "XyzzyFromTheWire";
  private static final List<Integer> STATUSES =
      List.of(200, 201, 202, 206, 301, 400, 403, 409, 418, 422, 429, 500, 503, 599);

  private final Bench bench = new Bench();
  private final AgentServerBackend backend = bench.backend();

  @AfterEach
  void end() {
    bench.close();
  }

  private record Call(String name, Function<AgentServerBackend, Object> made) {}

  private static final List<Call> CALLS =
      List.of(
          new Call("check", backend -> backend.check(Bench.LIMIT)),
          new Call(
              "start", backend -> backend.start(Bench.order(AgentOptions.NONE), true, Bench.LIMIT)),
          new Call(
              "start again",
              backend -> backend.start(Bench.order(AgentOptions.NONE), false, Bench.LIMIT)),
          new Call("find", backend -> backend.find(Bench.order(AgentOptions.NONE), Bench.LIMIT)),
          new Call("look", OddAnswersIT::look),
          new Call("tell", OddAnswersIT::tell),
          new Call("stop", backend -> backend.stop(Bench.CONVERSATION, Bench.LIMIT)),
          new Call("resume", backend -> backend.resume(Bench.CONVERSATION, null, Bench.LIMIT)),
          new Call(
              "collect",
              backend ->
                  backend.collect(
                      Bench.order(AgentOptions.NONE), Bench.CONVERSATION, Bench.LIMIT)));

  private static OfLook look(AgentServerBackend backend) {
    return backend.look(List.of(new Watched(Bench.CONVERSATION, null)), Bench.LIMIT).getFirst();
  }

  private static Object tell(AgentServerBackend backend) {
    Message message = new Message(1, "go on", null, 0, 1, Message.State.WANTED, null);
    return backend.tell(Bench.CONVERSATION, message, Sending.FIRST, null, Bench.LIMIT);
  }

  static Stream<Answer> answers() {
    return STATUSES.stream().flatMap(status -> bodies().stream().map(body -> answer(status, body)));
  }

  private static Answer answer(int status, String body) {
    String type = body.startsWith("<") ? "text/html" : "application/json";
    return new Answer(status, body, type, Map.of("Location", "http://127.0.0.1:9/"));
  }

  private static List<String> bodies() {
    List<String> bodies = new ArrayList<>();
    bodies.add("");
    bodies.add("<html><title>" + MARK + "</title></html>");
    bodies.add("{\"execution_status\":\"" + MARK);
    bodies.add("[\"" + MARK + "\"]");
    bodies.add("\"" + MARK + "\"");
    bodies.add("null");
    bodies.add("NaN");
    bodies.add("{}");
    bodies.add("[".repeat(5000));
    bodies.add("{\"a\":".repeat(150) + "1" + "}".repeat(150));
    bodies.add("\0" + String.join("\0", "{}".split("", -1)));
    bodies.add("{\"detail\":\"" + MARK.repeat(50_000) + "\"}");
    for (String wrong : List.of("null", "7", "[]", "{}", "true", "NaN", "\"" + MARK + "\"")) {
      bodies.add("{\"execution_status\":" + wrong + "}");
      bodies.add(
          "{\"id\":%1$s,\"execution_status\":\"running\",\"stats\":%1$s,\"created_at\":%1$s,\"max_iterations\":%1$s,\"items\":%1$s,\"next_page_id\":%1$s}"
              .formatted(wrong));
    }
    return bodies;
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("answers")
  void noCallThrowsAndNothingThatWasSaidIsKept(Answer odd) {
    bench.server.on("GET", "/", _ -> odd).on("POST", "/", _ -> odd);
    for (Call call : CALLS) {
      Object evidence = call.made().apply(backend);
      if (!call.name().equals("look")) {
        assertThat(evidence.toString()).as(call.name()).doesNotContain(MARK);
      }
    }
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("answers")
  void noRunEndsByOneLook(Answer odd) {
    bench.server.on("GET", "/", _ -> odd).on("POST", "/", _ -> odd);
    Run running = Runs.working(CompleteOn.AGENT);
    assertThat(running.status()).isEqualTo(RunStatus.RUNNING);

    if (RunLifecycle.next(running, look(backend), running.updatedAt()) instanceof Moved moved) {
      assertThat(moved.run().status()).isEqualTo(RunStatus.RUNNING);
      assertThat(moved.run().standing().toString()).doesNotContain(MARK);
      assertThat(moved.events().toString()).doesNotContain(MARK);
    }
  }
}
