package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.AgentBackend.Health;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Reason;
import java.util.List;

/// How a server is known by what it answers, whatever stands in front of it.
final class DetectionRows {

  private static final String NO_ORDERS = "no proxy can be put in front of a real server";
  private static final String BESIDE = "every release that has it has V1 beside it";
  private static final String KEY = "key-of-berlin";
  private static final int ALL = 100;
  private static final String PAGE =
      "\"do\":\"answer\",\"status\":200,\"type\":\"text/html\",\"body\":\"<!doctype html>\"";
  private static final String HIDDEN =
      "\"do\":\"answer\",\"status\":404,\"body\":{\"detail\":\"Not Found\"}";

  private DetectionRows() {}

  static final List<Row> ROWS =
      List.of(
          known("by what it says of itself", "/never", HIDDEN),
          known("where a proxy hides the list of its paths", "/openapi.json", HIDDEN),
          known("where its web pages stand for the list of its paths", "/openapi.json", PAGE),
          known("where a proxy hides what it is", "/server_info", HIDDEN),
          known("where its web pages stand for what it is", "/server_info", PAGE),
          unknown("web pages alone", PAGE, "bad_answer"),
          unknown("nothing that is known", HIDDEN, "bad_answer"),
          unknown("errors alone", "\"do\":\"answer\",\"status\":500", "error"),
          unknown("hang-ups alone", "\"do\":\"hang_up\"", "unreachable"),
          Row.of(
                  "0.1 detection: a server that refuses the key is known, and said to refuse it",
                  play -> {
                    Health health = play.stage().detected("key-of-paris").check(Play.LIMIT);
                    assertThat(health.up()).isFalse();
                    assertThat(health.dialect()).isEqualTo(play.stage().dialect());
                    assertThat(health.detail()).isEqualTo("unauthorized");
                  })
              .cannotBefore(Dialect.APP_V1, "1.5", "it is open to everybody")
              .cannot(Dialect.APP_V0, BESIDE)
              .onlySimulated(NO_ORDERS),
          Row.of(
                  "0.1 detection: a server is asked once who it is",
                  play -> {
                    var backend = play.stage().detected(KEY);
                    assertThat(backend.check(Play.LIMIT).up()).isTrue();
                    play.start("text").untilRest();
                    play.stage().fault("/server_info", ALL, "\"do\":\"hang_up\"");
                    var watched = new Watched(play.conversation(), play.cursor());
                    assertThat(backend.look(List.of(watched), Play.LIMIT).getFirst())
                        .isNotInstanceOf(BackendSilent.class);
                  })
              .cannot(Dialect.APP_V0, BESIDE)
              .onlySimulated(NO_ORDERS),
          Row.of(
                  "0.1 detection: where V0 and V1 are both there, V1 is spoken",
                  play ->
                      assertThat(play.stage().detected(KEY).check(Play.LIMIT).dialect())
                          .isEqualTo(Dialect.APP_V1))
              .cannot(Dialect.AGENT_SERVER, "it has neither")
              .onlySimulated(NO_ORDERS),
          changed(Dialect.AGENT_SERVER),
          changed(Dialect.APP_V1),
          changed(Dialect.APP_V0));

  private static Row known(String how, String path, String fault) {
    return Row.of(
            "0.1 detection: it is known " + how,
            play -> {
              play.stage().fault(path, ALL, fault);
              Health health = play.stage().detected(KEY).check(Play.LIMIT);
              assertThat(health.dialect()).isEqualTo(play.stage().dialect());
            })
        .cannot(Dialect.APP_V0, BESIDE)
        .onlySimulated(NO_ORDERS);
  }

  private static Row unknown(String what, String fault, String detail) {
    return Row.of(
            "0.1 detection: a server that answers %s is nothing yet".formatted(what),
            play -> {
              play.stage().fault("/.*", ALL, fault);
              var backend = play.stage().detected(KEY);
              Health health = backend.check(Play.LIMIT);
              assertThat(health.detail()).isEqualTo(detail);
              assertThat(health.dialect()).isNull();
              play.mend();
              assertThat(backend.check(Play.LIMIT).dialect()).isEqualTo(play.stage().dialect());
            })
        .cannot(Dialect.APP_V0, BESIDE)
        .onlySimulated(NO_ORDERS);
  }

  private static Row changed(Dialect was) {
    return Row.of(
            "0.1 detection: a conversation of %s is not asked for in another API".formatted(was),
            play -> {
              Conversation real = play.start("text").conversation();
              var of = new Conversation(real.backend(), was, null, real.id());
              var backend = play.stage().detected(KEY);
              var changed = new BackendSilent(Reason.BACKEND_CHANGED, null);
              assertThat(backend.stop(of, Play.LIMIT)).isEqualTo(changed);
              assertThat(backend.resume(of, null, Play.LIMIT)).isEqualTo(changed);
              assertThat(backend.look(List.of(new Watched(of, null)), Play.LIMIT))
                  .containsExactly(changed);
            })
        .cannot(was, "it is the same API")
        .cannot(Dialect.APP_V0, BESIDE)
        .onlySimulated(NO_ORDERS);
  }
}
