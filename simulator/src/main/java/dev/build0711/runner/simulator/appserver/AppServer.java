package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.agentserver.AgentServer;
import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Dialect;
import dev.build0711.runner.simulator.web.Key;
import dev.build0711.runner.simulator.web.RateLimit;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A V1 app server: its routes, its key, its ways to refuse, and the agent-servers of its sandboxes
/// at addresses below its own.
///
/// Beside the scenarios of the engine a prompt may ask for what only happens here:
///
/// | cue | what happens |
/// |---|---|
/// | `start-error` `at=PREPARING_REPOSITORY` `detail=` | the start fails after that status; `_` in the detail are spaces, and without one it is empty |
/// | `start-hang` `at=WAITING_FOR_SANDBOX` | the start stays at that status |
/// | `null-phase` `after=0` `seconds=5` `sandbox=RUNNING` | as `finish`; so long after the start and after each resume the app server cannot reach the agent and takes the sandbox for that |
///
/// Any cue may say `start=`, the seconds until it is READY, and `lag=`, the seconds until its
/// events arrive. A repository whose name contains `no-such` fails the start.
public final class AppServer implements Dialect {

  /// Where the addresses of the sandboxes begin.
  static final String SANDBOXES = "/sandboxes/";

  private final World world;
  private final AppOptions options;
  private final Key key;
  private final Deployment deployment;
  private final SandboxRelay relay;
  private final RateLimit limit = new RateLimit();
  private final Router router = new Router();

  /// @param key what `X-Session-API-Key` must be, null for a server that is open
  public AppServer(World world, @Nullable String key, AppOptions options) {
    this.world = world;
    this.options = options;
    this.key = new Key(key);
    world.letAgentsOutliveRestarts();
    Release release = options.release();
    Settings settings = new Settings(release);
    this.deployment = new Deployment(world, options, settings);
    AgentServer agentServer = new AgentServer(world, null, new EventForm(release).edition());
    this.relay = new SandboxRelay(deployment, agentServer);
    EventStore store = new EventStore(world, release);
    new ServerCalls(world, release).addTo(router);
    settings.addTo(router);
    new StartCalls(deployment, release).addTo(router);
    new ConversationCalls(deployment, release).addTo(router);
    new EventCalls(deployment, store, release).addTo(router);
    new SandboxCalls(deployment).addTo(router);
    if (release == Release.V1_11) {
      new MessageCalls(world, deployment).addTo(router);
      new ResultCalls(deployment, store).addTo(router);
    }
  }

  @Override
  public Reply answer(Request request) {
    deployment.catchUp();
    if (options.rateLimited() && !request.path().startsWith(SANDBOXES)) {
      return limit.admit(world.now(), () -> answer(request, false));
    }
    return answer(request, false);
  }

  /// Answers a request of the past again, for which nobody needs a key, since each sandbox has its
  /// own.
  public Reply replay(Request request) {
    return answer(request, true);
  }

  /// Ends the going through the past: starts that were under way are not any more, but the
  /// sandboxes are still there, as containers are.
  public void replayed() {
    deployment.interrupt(world.now());
  }

  private Reply answer(Request request, boolean open) {
    try {
      if (request.path().startsWith(SANDBOXES)) {
        return relay.answer(request, open);
      }
      return switch (router.match(request.method(), request.path())) {
        case Router.Match.Found(Router.Handler handler, String id, boolean forAll) ->
            open || forAll || isOpen(request.path()) || key.opensFor(request)
                ? inItsTime(handler.handle(request, id), request, id)
                : Key.refusal().answer();
        case Router.Match.OtherMethod() -> otherMethod();
        case Router.Match.Nothing() -> nothing(request);
      };
    } catch (Refusal refusal) {
      return refusal.answer();
    }
  }

  /// Answers about conversations whose scenario is slow are held back.
  private Reply inItsTime(Reply reply, Request request, String id) {
    if (!(reply instanceof Reply.Answer answer) || answer.notBefore().isPresent()) {
      return reply;
    }
    Duration time =
        Stream.concat(Stream.of(id), request.params("ids").stream())
            .flatMap(text -> Deployment.id(text).flatMap(deployment::conversation).stream())
            .map(conversation -> conversation.agent().answerTime())
            .max(Duration::compareTo)
            .orElse(Duration.ZERO);
    return time.isZero() ? reply : answer.notBefore(world.now().plus(time));
  }

  private boolean isOpen(String path) {
    return path.startsWith("/api/v1/") && !options.release().asksForKey();
  }

  private Reply nothing(Request request) {
    if (!options.webPages()) {
      return Refusal.notFound().answer();
    }
    return request.method().equals("GET")
        ? Reply.of(
            200,
            "text/html; charset=utf-8",
            "<!doctype html><title>OpenHands</title><p>The web pages of a simulated OpenHands.\n")
        : otherMethod();
  }

  private static Reply otherMethod() {
    return Refusal.of(405, "Method Not Allowed").answer();
  }

  /// What the real server answers where it did not expect a request.
  static Refusal broken() {
    return Refusal.with(Reply.of(500, "text/plain; charset=utf-8", "Internal Server Error"));
  }

  /// Where the caller found the simulator.
  static String base(Request request) {
    String host = request.header("Host");
    return "http://" + (host == null ? "localhost" : host);
  }
}
