package dev.build0711.runner.simulator.agentserver;

import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Dialect;
import dev.build0711.runner.simulator.web.Key;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// An agent-server: its routes, its key, its ways to refuse.
public final class AgentServer implements Dialect {

  private static final UUID PROFILES = new UUID(0, 2);

  private final World world;
  private final Key key;
  private final Edition edition;
  private final Router router = new Router();

  /// @param key what `X-Session-API-Key` must be, null for a server that is open
  public AgentServer(World world, @Nullable String key) {
    this(world, key, Edition.NEWEST);
  }

  /// One of another release.
  public AgentServer(World world, @Nullable String key, Edition edition) {
    this.world = world;
    this.key = new Key(key);
    this.edition = edition;
    if (edition.before(1, 50)) {
      world.neverBeFull();
    }
    Templates templates = new Templates();
    UUID profile = world.ids().of(PROFILES, 0);
    OpeningReader reader = new OpeningReader(world.shell(), profile);
    ConversationInfo info = new ConversationInfo(world.ids(), templates, edition);
    new ServerCalls(world, templates, profile, edition).addTo(router);
    new ConversationCalls(world, reader, info, tools(templates), edition).addTo(router);
    new EventCalls(world, edition).addTo(router);
    new ResultCalls(world, edition).addTo(router);
    new BashCalls(world).addTo(router);
    router.open("GET", "/openapi.json", (_, _) -> openapi());
  }

  @Override
  public Reply answer(Request request) {
    return answer(request, key);
  }

  /// Answers a request whose caller must show `key` in the place of the server's own.
  public Reply answer(Request request, Key key) {
    try {
      return switch (router.match(request.method(), request.path())) {
        case Router.Match.Found(Router.Handler handler, String id, boolean open) ->
            open || key.opensFor(request) ? handled(handler, request, id) : Key.refusal().answer();
        case Router.Match.OtherMethod() -> Refusal.of(405, "Method Not Allowed").answer();
        case Router.Match.Nothing() -> Refusal.notFound().answer();
      };
    } catch (Refusal refusal) {
      return refusal.answer();
    }
  }

  /// Answers about a conversation whose scenario is slow are held back.
  private Reply handled(Router.Handler handler, Request request, String id) {
    Reply reply = handler.handle(request, id);
    if (!(reply instanceof Reply.Answer answer)
        || id.isEmpty()
        || answer.notBefore().isPresent()
        || !request.path().startsWith("/api/conversations/" + id)) {
      return reply;
    }
    return world
        .find(Refusal.uuid(id, "path.conversation_id"))
        .map(conversation -> conversation.answerTime())
        .filter(time -> !time.isZero())
        .<Reply>map(time -> answer.notBefore(world.now().plus(time)))
        .orElse(answer);
  }

  private Reply openapi() {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("openapi", "3.1.0");
    body.putObject("info").put("title", "OpenHands Agent Server").put("version", edition.version());
    ObjectNode paths = body.putObject("paths");
    router.paths().forEach(path -> paths.putObject(path));
    return Reply.json(200, body);
  }

  private static List<String> tools(Templates templates) {
    return templates
        .serverInfo()
        .path("usable_tools")
        .valueStream()
        .map(t -> t.asString(""))
        .toList();
  }
}
