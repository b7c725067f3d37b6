package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.AgentBackend.Collection;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A server that answers everything in one odd way: whatever it is asked, it has not answered, and
/// why is told.
final class SilenceRows {

  private static final String NO_ORDERS = "a real server cannot be ordered to fail";
  private static final int ALL = 100;

  private SilenceRows() {}

  /// What is asked of the client.
  private enum Call {
    FIND,
    START_AGAIN,
    TELL,
    TELL_AGAIN,
    CONSENT,
    STOP,
    RESUME,
    COLLECT;

    Evidence of(AgentBackend backend, Order order, Conversation conversation) {
      return switch (this) {
        case FIND -> backend.find(order, Play.LIMIT);
        case START_AGAIN -> backend.start(order, false, Play.LIMIT);
        case TELL -> tell(backend, conversation, "go on", null, Sending.FIRST);
        case TELL_AGAIN -> tell(backend, conversation, "go on", null, Sending.AGAIN);
        case CONSENT -> tell(backend, conversation, null, true, Sending.FIRST);
        case STOP -> backend.stop(conversation, Play.LIMIT);
        case RESUME -> backend.resume(conversation, null, Play.LIMIT);
        case COLLECT -> why(backend.collect(order, conversation, Play.LIMIT));
      };
    }

    private static Evidence why(Collection collection) {
      return switch (collection) {
        case Collection.Unavailable(var why) -> why;
        case Collection.Harvest(var results, var _) -> results;
      };
    }

    private static Evidence tell(
        AgentBackend backend,
        Conversation conversation,
        @Nullable String text,
        @Nullable Boolean accept,
        Sending sending) {
      Message message = new Message(1, text, accept, 0, 1, Message.State.WANTED, null);
      return backend.tell(conversation, message, sending, null, Play.LIMIT);
    }
  }

  static final List<Row> ROWS =
      Stream.of(
              every("500", "\"do\":\"answer\",\"status\":500", Reason.BACKEND_ERROR),
              every("403", "\"do\":\"answer\",\"status\":403", Reason.BACKEND_UNAUTHORIZED),
              every(
                  "a login page",
                  "\"do\":\"answer\",\"status\":200,\"type\":\"text/html\",\"body\":\"<p>\"",
                  Reason.BACKEND_BAD_ANSWER),
              every("a hang-up", "\"do\":\"hang_up\"", Reason.BACKEND_UNREACHABLE),
              checks(),
              retries())
          .flatMap(rows -> rows)
          .toList();

  private static Stream<Row> every(String how, String fault, Reason reason) {
    return Stream.of(Call.values()).map(call -> silent(call, how, fault, reason));
  }

  private static Row silent(Call call, String how, String fault, Reason reason) {
    return Row.of(
            "11 everything is answered by %s: a %s is a silence"
                .formatted(how, call.toString().toLowerCase(Locale.ROOT).replace('_', ' ')),
            play -> {
              play.start("text").untilRest();
              play.fault(Ask.ANYTHING, ALL, fault);
              assertThat(call.of(play.backend(), play.order(), play.conversation()))
                  .isInstanceOfSatisfying(
                      BackendSilent.class, silent -> assertThat(silent.why()).isEqualTo(reason));
            })
        .onlySimulated(NO_ORDERS);
  }

  private static Stream<Row> checks() {
    return Stream.of(
        check("500", "\"do\":\"answer\",\"status\":500", "error"),
        check("403", "\"do\":\"answer\",\"status\":403", "unauthorized"),
        check(
            "a page",
            "\"do\":\"answer\",\"status\":200,\"type\":\"text/html\",\"body\":\"<p>\"",
            "bad_answer"),
        check("a hang-up", "\"do\":\"hang_up\"", "unreachable"),
        check("no JSON", "\"do\":\"garbage\"", "bad_answer"));
  }

  private static Row check(String how, String fault, String detail) {
    return Row.of(
            "0.1 check: a server that answers by %s is not up: %s".formatted(how, detail),
            play -> {
              play.fault(Ask.ANYTHING, ALL, fault);
              var health = play.backend().check(Play.LIMIT);
              assertThat(health.up()).isFalse();
              assertThat(health.detail()).isEqualTo(detail);
            })
        .onlySimulated(NO_ORDERS);
  }

  private static Stream<Row> retries() {
    return Stream.of(
        retry(429, "7", Duration.ofSeconds(7)),
        retry(503, "30", Duration.ofSeconds(30)),
        retry(429, "86400", Duration.ofMinutes(15)),
        retry(429, "soon", null));
  }

  private static Row retry(int status, String header, @Nullable Duration wait) {
    return Row.of(
            "a.9 %d with Retry-After %s: it is left alone for %s".formatted(status, header, wait),
            play -> {
              play.start("text").untilRest();
              play.stage().pass(Play.LIMIT);
              play.fault(
                  Ask.LOOK,
                  ALL,
                  "\"do\":\"answer\",\"status\":%d,\"body\":{},\"headers\":{\"Retry-After\":\"%s\"}"
                      .formatted(status, header));
              assertThat(play.look())
                  .isInstanceOfSatisfying(
                      BackendSilent.class,
                      silent -> assertThat(silent.retryAfter()).isEqualTo(wait));
            })
        .onlySimulated(NO_ORDERS);
  }
}
