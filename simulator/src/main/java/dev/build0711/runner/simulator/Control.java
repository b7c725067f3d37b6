package dev.build0711.runner.simulator;

import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Dialect;
import dev.build0711.runner.simulator.web.Faults;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The calls below `/_simulator/` by which tests and scripts look behind the simulated server.
///
/// | call | does |
/// |---|---|
/// | `GET /_simulator/stats` | counts conversations, the users' messages (`?contains=TEXT` narrows them) and requests by method and path |
/// | `POST /_simulator/faults` | sets a list of rules by which requests fail, see [Faults] |
/// | `GET /_simulator/faults` | the rules' names and how often they fired; `stats` has that too |
/// | `DELETE /_simulator/faults` | lets nothing fail any more |
/// | `POST /_simulator/webhooks` | lets an agent-server push to the `base_url` that the body names, see [WebhookTarget] |
/// | `DELETE /_simulator/webhooks` | lets it push no more |
/// | `POST /_simulator/restart` | what a kill and a new start of the server do: runs are cut off |
/// | `DELETE /_simulator` | forgets everything |
final class Control implements Dialect {

  static final String PREFIX = "/_simulator";

  private static final int MOST_PATHS = 500;
  private static final UUID FAULTS = new UUID(0, 4);

  private final World world;
  private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
  private final Faults faults;
  private final Router router = new Router();

  Control(World world) {
    this.world = world;
    this.faults = new Faults(world::now, world.ids().random(FAULTS));
    router.open("GET", PREFIX + "/faults", (_, _) -> Reply.json(200, faults.counts()));
    router.open("POST", PREFIX + "/faults", (request, _) -> setFaults(request));
    router.open("DELETE", PREFIX + "/faults", (_, _) -> clearFaults());
    router.open("GET", PREFIX + "/stats", (request, _) -> stats(request));
    router.open("POST", PREFIX + "/restart", (_, _) -> restart());
    router.open("DELETE", PREFIX, (_, _) -> reset());
  }

  /// Lets callers say where these are to be pushed to.
  void steer(Webhooks webhooks) {
    router.open("POST", PREFIX + "/webhooks", (request, _) -> push(webhooks, request));
    router.open("DELETE", PREFIX + "/webhooks", (_, _) -> pushNoMore(webhooks));
  }

  private static Reply push(Webhooks webhooks, Request request) {
    return understood(() -> webhooks.set(WebhookTarget.read(request.body(StandardCharsets.UTF_8))));
  }

  private static Reply pushNoMore(Webhooks webhooks) {
    webhooks.clear();
    return worded(200, "cleared");
  }

  /// Counts a request to the simulated server; ids in its path are put together.
  void count(Request request) {
    String path = request.path().replaceAll("[0-9a-fA-F]{8}-?[0-9a-fA-F-]{23,27}", "{id}");
    if (requests.size() < MOST_PATHS) {
      requests.computeIfAbsent(request.method() + " " + path, _ -> new LongAdder()).increment();
    }
  }

  /// What goes wrong at the moment.
  Faults faults() {
    return faults;
  }

  @Override
  public Reply answer(Request request) {
    return switch (router.match(request.method(), request.path())) {
      case Router.Match.Found(Router.Handler handler, String id, boolean _) ->
          handler.handle(request, id);
      case Router.Match.OtherMethod() -> worded(405, "method not allowed");
      case Router.Match.Nothing() -> worded(404, "no such control");
    };
  }

  private Reply stats(Request request) {
    ObjectNode stats = JsonNodeFactory.instance.objectNode();
    stats.put("conversations", world.size());
    stats.put("prompts", world.prompts(request.param("contains").orElse("")));
    ObjectNode counts = stats.putObject("requests");
    new TreeMap<>(requests).forEach((path, count) -> counts.put(path, count.sum()));
    ObjectNode fired = stats.putObject("faults");
    faults.fired().forEach(fired::put);
    return Reply.json(200, stats);
  }

  private Reply setFaults(Request request) {
    return understood(() -> faults.set(request.body(StandardCharsets.UTF_8)));
  }

  private static Reply understood(Runnable order) {
    try {
      order.run();
      return worded(200, "set");
    } catch (IllegalArgumentException e) {
      return worded(400, e.getMessage() == null ? "not understood" : e.getMessage());
    }
  }

  private Reply clearFaults() {
    faults.clear();
    return worded(200, "cleared");
  }

  private Reply restart() {
    world.restart();
    return worded(200, "restarted");
  }

  private Reply reset() {
    world.reset();
    requests.clear();
    faults.clear();
    return worded(200, "reset");
  }

  private static Reply worded(int status, String word) {
    return Reply.json(status, JsonNodeFactory.instance.objectNode().put("status", word));
  }
}
