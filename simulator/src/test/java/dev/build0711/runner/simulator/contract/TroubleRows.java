package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Reason;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/// What a server answers to a stranger, of what it does not know, and when it is broken.
final class TroubleRows {

  private static final String NO_ORDERS = "a real server cannot be ordered to fail";
  private static final String OPEN = "it is open to everybody";

  /// A client, and the library below it, may ask again when a connection breaks.
  private static final int MORE_THAN_A_LOOK_ASKS = 20;

  private TroubleRows() {}

  static final List<Row> ROWS =
      Stream.of(unknown(), strangers(), broken()).flatMap(List::stream).toList();

  /// One call of the client about a conversation.
  private interface Call extends BiFunction<AgentBackend, Conversation, Evidence> {}

  private static Evidence look(AgentBackend backend, Conversation conversation) {
    return backend.look(List.of(new Watched(conversation, null)), Play.LIMIT).getFirst();
  }

  private static Evidence tell(AgentBackend backend, Conversation conversation) {
    Message message = new Message(1, "go on", null, 0, 1, Message.State.WANTED, null);
    return backend.tell(conversation, message, Sending.FIRST, null, Play.LIMIT);
  }

  private static Evidence stop(AgentBackend backend, Conversation conversation) {
    return backend.stop(conversation, Play.LIMIT);
  }

  private static Evidence resume(AgentBackend backend, Conversation conversation) {
    return backend.resume(conversation, null, Play.LIMIT);
  }

  private static List<Row> unknown() {
    return List.of(
        unknown("look", TroubleRows::look),
        unknown("tell", TroubleRows::tell),
        unknown("stop", TroubleRows::stop).cannot(Dialect.APP_V0, "it stops anything"),
        unknown("resume", TroubleRows::resume));
  }

  private static Row unknown(String name, Call call) {
    return Row.of(
        "c.9 unknown id: a %s of it finds the conversation missing".formatted(name),
        play -> {
          Conversation real = play.start("text").conversation();
          String id = play.order("text", AgentOptions.NONE).id().value().toString();
          var unknown = new Conversation(real.backend(), real.dialect(), real.version(), id);
          assertThat(call.apply(play.backend(), unknown)).isInstanceOf(ConversationMissing.class);
        });
  }

  private static List<Row> strangers() {
    return List.of(
        stranger("look", TroubleRows::look),
        stranger("tell", TroubleRows::tell),
        stranger("stop", TroubleRows::stop),
        stranger("resume", TroubleRows::resume),
        Row.of(
                "c.2 wrong key: a start is refused, and starts nothing",
                play -> {
                  var order = play.order("text", AgentOptions.NONE);
                  assertThat(play.stage().withKey("key-of-paris").start(order, true, Play.LIMIT))
                      .isEqualTo(new BackendSilent(Reason.BACKEND_UNAUTHORIZED, null));
                  assertThat(play.backend().find(order, Play.LIMIT))
                      .isInstanceOf(ConversationMissing.class);
                })
            .cannotBefore(Dialect.APP_V1, "1.5", OPEN),
        Row.of(
                "c.2 wrong key: the check says so",
                play -> {
                  var health = play.stage().withKey("key-of-paris").check(Play.LIMIT);
                  assertThat(health.up()).isFalse();
                  assertThat(health.detail()).isEqualTo("unauthorized");
                })
            .cannotBefore(Dialect.APP_V1, "1.5", OPEN));
  }

  private static Row stranger(String name, Call call) {
    return Row.of(
            "c.2 wrong key: a %s is refused".formatted(name),
            play -> {
              Conversation real = play.start("text").conversation();
              assertThat(call.apply(play.stage().withKey("key-of-paris"), real))
                  .isEqualTo(new BackendSilent(Reason.BACKEND_UNAUTHORIZED, null));
            })
        .cannotBefore(Dialect.APP_V1, "1.5", OPEN);
  }

  private static List<Row> broken() {
    String answer = "\"do\":\"answer\",\"status\":";
    return List.of(
        broken("500", answer + "500", Reason.BACKEND_ERROR),
        broken("502 with a page", answer + "502,\"type\":\"text/html\"", Reason.BACKEND_ERROR),
        broken("503", answer + "503", Reason.BACKEND_ERROR),
        broken("429", answer + "429", Reason.BACKEND_ERROR),
        broken("403", answer + "403", Reason.BACKEND_UNAUTHORIZED),
        broken(
            "a login page",
            answer + "200,\"type\":\"text/html\",\"body\":\"<html>log in</html>\"",
            Reason.BACKEND_BAD_ANSWER),
        broken(
            "a redirect",
            answer + "302,\"headers\":{\"Location\":\"http://127.0.0.1:9/\"}",
            Reason.BACKEND_BAD_ANSWER),
        broken(
            "a list without a place for what was asked",
            answer + "200,\"body\":[]",
            Reason.BACKEND_BAD_ANSWER),
        broken("no JSON", "\"do\":\"garbage\"", Reason.BACKEND_BAD_ANSWER),
        broken("a hang-up", "\"do\":\"hang_up\"", Reason.BACKEND_UNREACHABLE),
        broken("half an answer", "\"do\":\"truncate\"", Reason.BACKEND_UNREACHABLE));
  }

  private static Row broken(String name, String fault, Reason reason) {
    return Row.of(
            "11 broken server: %s is a silence, and the run goes on behind it".formatted(name),
            play -> {
              play.start("finish").untilWorking();
              play.fault(Ask.LOOK, MORE_THAN_A_LOOK_ASKS, fault);
              assertThat(play.look())
                  .isInstanceOfSatisfying(
                      BackendSilent.class, silent -> assertThat(silent.why()).isEqualTo(reason));
              play.mend();
              assertThat(play.untilRest().userMessages()).isOne();
            })
        .onlySimulated(NO_ORDERS);
  }
}
