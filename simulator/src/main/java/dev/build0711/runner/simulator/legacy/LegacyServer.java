package dev.build0711.runner.simulator.legacy;

import dev.build0711.runner.simulator.legacy.LegacyOptions.Trait;
import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Dialect;
import dev.build0711.runner.simulator.web.Key;
import dev.build0711.runner.simulator.web.RateLimit;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import org.jspecify.annotations.Nullable;

/// A V0 app server: its routes, its key, its ways to refuse.
public final class LegacyServer implements Dialect {

  private static final String PAGE = "<!doctype html><title>OpenHands</title><p>Simulated\n";

  private final World world;
  private final Key key;
  private final LegacyOptions options;
  private final RateLimit rateLimit = new RateLimit();
  private final Conversations conversations;
  private final Router router = new Router();

  /// One as it comes.
  ///
  /// @param key what `X-Session-API-Key` must be, null for a server that is open
  public LegacyServer(World world, @Nullable String key) {
    this(world, key, LegacyOptions.defaults());
  }

  /// @param key what `X-Session-API-Key` must be, null for a server that is open
  public LegacyServer(World world, @Nullable String key, LegacyOptions options) {
    this.world = world;
    this.key = new Key(key);
    this.options = options;
    this.conversations = new Conversations(world, options);
    Settings settings = new Settings(options);
    new ServerCalls(world, options).addTo(router);
    settings.addTo(router);
    new StartCalls(conversations, settings, options).addTo(router);
    new ConversationCalls(world, conversations).addTo(router);
    new EventCalls(conversations).addTo(router);
    new FileCalls(conversations).addTo(router);
  }

  @Override
  public Reply answer(Request request) {
    if (!options.has(Trait.RATE_LIMIT)) {
      return served(request);
    }
    return rateLimit.admit(world.now(), () -> served(request));
  }

  private Reply served(Request request) {
    try {
      return switch (router.match(request.method(), request.path())) {
        case Router.Match.Found(Router.Handler handler, String id, boolean open) ->
            open || key.opensFor(request) ? handled(handler, request, id) : Key.refusal().answer();
        case Router.Match.OtherMethod() -> Refusal.of(405, "Method Not Allowed").answer();
        case Router.Match.Nothing() -> unknown(request);
      };
    } catch (Refusal refusal) {
      return refusal.answer();
    }
  }

  /// Answers about a conversation whose scenario is slow are held back.
  private Reply handled(Router.Handler handler, Request request, String id) {
    Reply reply = handler.handle(request, id);
    if (!(reply instanceof Reply.Answer answer) || answer.notBefore().isPresent()) {
      return reply;
    }
    return conversations
        .find(id)
        .map(conversation -> conversation.agent().answerTime())
        .filter(time -> !time.isZero())
        .<Reply>map(time -> answer.notBefore(world.now().plus(time)))
        .orElse(answer);
  }

  /// The web pages show one thing for every path that they do not know.
  private Reply unknown(Request request) {
    if (!options.has(Trait.WEB_PAGES)) {
      return Refusal.notFound().answer();
    }
    return request.method().equals("GET")
        ? Reply.of(200, "text/html; charset=utf-8", PAGE)
        : Refusal.of(405, "Method Not Allowed").answer();
  }
}
