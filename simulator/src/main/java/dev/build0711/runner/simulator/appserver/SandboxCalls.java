package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The calls that show, pause, resume and delete sandboxes.
final class SandboxCalls {

  private static final String PATH = "/api/v1/sandboxes";

  private final Deployment deployment;

  SandboxCalls(Deployment deployment) {
    this.deployment = deployment;
  }

  void addTo(Router router) {
    router
        .on("GET", PATH, (request, _) -> several(request))
        .on("GET", PATH + "/search", (request, _) -> search(request))
        .on("POST", PATH + "/{sandbox_id}/pause", (_, name) -> pause(name))
        .on("POST", PATH + "/{sandbox_id}/resume", (_, name) -> resume(name))
        .on("DELETE", PATH + "/{id}", (request, _) -> delete(request));
  }

  private Reply several(Request request) {
    List<String> names = request.params("id");
    if (names.isEmpty()) {
      throw Refusal.missing("query.id");
    }
    ArrayNode found = JsonNodeFactory.instance.arrayNode();
    for (String name : names) {
      Sandbox sandbox = deployment.listed(name);
      found.add(sandbox == null ? JsonNodeFactory.instance.nullNode() : shown(sandbox, request));
    }
    return Reply.json(200, found);
  }

  private Reply search(Request request) {
    return new OffsetPage<Sandbox>(sandbox -> shown(sandbox, request))
        .of(request, deployment.listed());
  }

  private JsonNode shown(Sandbox sandbox, Request request) {
    return sandbox.shown(deployment.now(), AppServer.base(request));
  }

  private Reply pause(String name) {
    deployment.pause(find(name));
    return success();
  }

  private Reply resume(String name) {
    deployment.resume(find(name));
    return success();
  }

  /// The real server looks for the id in the query, although its path has one.
  private Reply delete(Request request) {
    String name =
        request.param("sandbox_id").orElseThrow(() -> Refusal.missing("query.sandbox_id"));
    deployment.remove(find(name));
    return success();
  }

  private Sandbox find(String name) {
    Sandbox sandbox = deployment.listed(name);
    if (sandbox == null) {
      throw Refusal.notFound();
    }
    return sandbox;
  }

  private static Reply success() {
    return Reply.json(200, Refusal.object().put("success", true));
  }
}
