package dev.build0711.runner.simulator.agentserver;

import dev.build0711.runner.simulator.scenario.Shell;
import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Body;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The calls that run commands outside of conversations, and those that read their outcomes.
final class BashCalls {

  private static final int DEFAULT_TIMEOUT = 300;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final World world;

  BashCalls(World world) {
    this.world = world;
  }

  void addTo(Router router) {
    router
        .on("POST", "/api/bash/start_bash_command", (request, _) -> start(request))
        .on("POST", "/api/bash/execute_bash_command", (request, _) -> execute(request))
        .on("GET", "/api/bash/bash_events/search", (request, _) -> search(request))
        .on("DELETE", "/api/bash/bash_events", (_, _) -> clear());
  }

  private Reply start(Request request) {
    return Reply.json(200, command(run(request)));
  }

  private Reply execute(Request request) {
    Shell.Ran ran = run(request);
    return Reply.json(200, outcome(ran)).notBefore(ran.endsAt());
  }

  private Shell.Ran run(Request request) {
    Body body = Body.of(request);
    String cwd = body.has("cwd") ? body.text("cwd") : null;
    return world.shell().run(body.text("command"), cwd, body.number("timeout", DEFAULT_TIMEOUT));
  }

  private Reply search(Request request) {
    Instant now = world.now();
    List<ObjectNode> events =
        world.shell().ran().stream()
            .flatMap(ran -> events(ran, now))
            .filter(event -> wanted(event, request))
            .toList();
    boolean descending = request.param("sort_order").orElse("").endsWith("_DESC");
    return new Page<ObjectNode>(event -> event.path("id").asString(""), event -> event)
        .of(request, descending ? events.reversed() : events);
  }

  private static Stream<ObjectNode> events(Shell.Ran ran, Instant now) {
    return ran.endsAt().isAfter(now)
        ? Stream.of(command(ran))
        : Stream.of(command(ran), outcome(ran));
  }

  /// Only an outcome has a `command_id`, so a search for one finds no command.
  private static boolean wanted(ObjectNode event, Request request) {
    String kind = event.path("kind").asString("");
    String command = event.path("command_id").asString("");
    return request.param("kind__eq").map(kind::equals).orElse(true)
        && request
            .param("command_id__eq")
            .map(id -> hex(Refusal.uuid(id, "query.command_id__eq")).equals(command))
            .orElse(true)
        && request.param("order__gt").map(order -> after(event, order)).orElse(true);
  }

  private static boolean after(ObjectNode event, String order) {
    return order.matches("-?\\d{1,9}") && event.path("order").asInt(-1) > Integer.parseInt(order);
  }

  private Reply clear() {
    ObjectNode cleared = JsonNodeFactory.instance.objectNode();
    return Reply.json(200, cleared.put("cleared_count", world.shell().clear()));
  }

  private static ObjectNode command(Shell.Ran ran) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("command", ran.line()).put("cwd", ran.cwd()).put("timeout", ran.timeoutSeconds());
    event.put("id", hex(ran.id())).put("timestamp", TIME.format(ran.startedAt()));
    return event.put("kind", "BashCommand");
  }

  private static ObjectNode outcome(Shell.Ran ran) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("id", hex(ran.outcomeId())).put("timestamp", TIME.format(ran.endsAt()));
    event.put("command_id", hex(ran.id())).put("order", 0).put("exit_code", ran.exitCode());
    event.put("stdout", ran.stdout()).put("stderr", ran.stderr());
    return event.put("kind", "BashOutput");
  }

  private static String hex(UUID id) {
    return id.toString().replace("-", "");
  }
}
