package dev.build0711.runner.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Dialect;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/// Between the socket and the dialects: reads a request whole, lets go wrong what is to go wrong,
/// hangs up while the server is away.
final class Front implements HttpHandler {

  private static final int LARGEST_BODY = 16 << 20;

  private final World world;
  private final Dialect dialect;
  private final Control control;
  private final @Nullable Journal journal;
  private final Transfer transfer;

  Front(
      World world,
      Dialect dialect,
      Control control,
      @Nullable Journal journal,
      Options.Delay delay) {
    this.world = world;
    this.dialect = dialect;
    this.control = control;
    this.journal = journal;
    this.transfer = new Transfer(world::now, delay, world::restarts);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
      transfer.send(
          exchange,
          body.length > LARGEST_BODY
              ? tooLarge()
              : reply(request(exchange, body), exchange.getRequestURI()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Reply reply(Request request, URI uri) {
    if (request.path().startsWith(Control.PREFIX)) {
      return control.answer(request);
    }
    control.count(request);
    if (world.isAway()) {
      return new Reply.HangUp();
    }
    return control.faults().answer(request, served -> carriedOut(served, uri));
  }

  private Reply carriedOut(Request request, URI uri) {
    Instant at = world.now();
    Reply reply = dialect.answer(request);
    if (journal != null && !isUnauthorized(reply)) {
      journal.keep(at, request, uri);
    }
    return reply;
  }

  /// A journal does not know who asked, so what nobody may ask for is not in it.
  private static boolean isUnauthorized(Reply reply) {
    return reply instanceof Reply.Answer answer && answer.status() == 401;
  }

  private static Reply tooLarge() {
    return Reply.json(413, JsonNodeFactory.instance.objectNode().put("detail", "Too large"));
  }

  private static Request request(HttpExchange exchange, byte[] body) {
    Map<String, String> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
    return new Request(exchange.getRequestMethod(), exchange.getRequestURI(), headers, body);
  }
}
