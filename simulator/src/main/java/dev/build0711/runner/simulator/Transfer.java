package dev.build0711.runner.simulator;

import com.sun.net.httpserver.HttpExchange;
import dev.build0711.runner.simulator.web.Reply;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.IntSupplier;

/// Brings replies onto a connection: late, in part, or a little at a time where they say so.
final class Transfer {

  private static final int PIECES = 20;

  private final InstantSource clock;
  private final Options.Delay delay;
  private final IntSupplier restarts;

  /// @param restarts how often the server was killed: what it had yet to answer then, it never does
  Transfer(InstantSource clock, Options.Delay delay, IntSupplier restarts) {
    this.clock = clock;
    this.delay = delay;
    this.restarts = restarts;
  }

  /// Answers; a connection that is left open counts as whole only if the exchange is closed then.
  void send(HttpExchange exchange, Reply reply) throws IOException, InterruptedException {
    switch (reply) {
      case Reply.Answer answer -> begin(exchange, answer).write(bytes(answer));
      case Reply.Cut(Reply.Answer answer, int most) -> {
        byte[] body = bytes(answer);
        OutputStream out = begin(exchange, answer);
        out.write(body, 0, Math.min(most, body.length));
        out.flush();
      }
      case Reply.Trickle(Reply.Answer answer, Duration over) -> trickle(exchange, answer, over);
      // Closing the exchange without an answer closes the connection.
      case Reply.HangUp() -> {}
    }
  }

  private OutputStream begin(HttpExchange exchange, Reply.Answer answer)
      throws IOException, InterruptedException {
    if (answer.notBefore().isPresent()) {
      Duration wait = Duration.between(clock.instant(), answer.notBefore().get());
      if (wait.isPositive()) {
        int before = restarts.getAsInt();
        delay.await(wait);
        if (restarts.getAsInt() != before) {
          throw new IOException("the server was killed meanwhile");
        }
      }
    }
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.getResponseHeaders().set("Content-Type", answer.mediaType());
    exchange.sendResponseHeaders(answer.status(), bytes(answer).length);
    return exchange.getResponseBody();
  }

  private void trickle(HttpExchange exchange, Reply.Answer answer, Duration over)
      throws IOException, InterruptedException {
    OutputStream out = begin(exchange, answer);
    byte[] body = bytes(answer);
    for (int piece = 0; piece < PIECES; piece++) {
      int from = body.length * piece / PIECES;
      out.write(body, from, body.length * (piece + 1) / PIECES - from);
      out.flush();
      delay.await(over.dividedBy(PIECES));
    }
  }

  private static byte[] bytes(Reply.Answer answer) {
    return answer.body().getBytes(answer.charset());
  }
}
