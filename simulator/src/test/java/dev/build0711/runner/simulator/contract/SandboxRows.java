package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.Dialect;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What V1 says of a sandbox and of the agent in it, each way of putting them together. While the
/// agent's own status is null, what it was before counts.
final class SandboxRows {

  private static final String V1 = "only V1 has sandboxes";
  private static final String NO_ORDERS = "a real server says only what is so";
  private static final String MISSING = "ConversationMissing";
  private static final String SILENT = "BackendSilent backend_error";
  private static final String STARTING = "Starting[]";
  private static final String WORKING = "Working[]";
  private static final String FINISHED = "Finished[]";
  private static final String INTERRUPTED = "Interrupted[]";
  private static final String TEXT = "Waiting[why=answered_in_text]";
  private static final String PAUSED = "Waiting[why=paused]";
  private static final String LEAVE = "Waiting[why=confirmation_wanted]";
  private static final String STUCK = "Failed[why=agent_stuck]";
  private static final String BROKEN = "Failed[why=sandbox_failed]";

  private SandboxRows() {}

  static final List<Row> ROWS =
      Stream.of(silent(), told(), grace(), late()).flatMap(List::stream).toList();

  /// What was known of the agent before.
  private enum Before {
    NOTHING("long steps=50 seconds=600 lag=9999"),
    WORKING("long steps=50 seconds=2"),
    FINISHED("finish"),
    ASKING("text"),
    STUCK("stuck"),
    PAUSED("long steps=50 seconds=2"),
    LEAVE("confirm");

    private final String cue;

    Before(String cue) {
      this.cue = cue;
    }

    void bring(Play play) {
      play.start(cue);
      switch (this) {
        case NOTHING -> play.stage().pass(Duration.ofSeconds(2));
        case WORKING -> play.untilWorking();
        case PAUSED -> {
          play.untilWorking();
          play.stop();
          play.untilRest();
        }
        case FINISHED, ASKING, STUCK, LEAVE -> play.untilRest();
      }
    }
  }

  private static List<Row> silent() {
    return List.of(
        is("STARTING", null, Before.NOTHING, STARTING),
        is("STARTING", null, Before.WORKING, WORKING),
        is("STARTING", null, Before.FINISHED, FINISHED),
        is("RUNNING", null, Before.NOTHING, STARTING),
        is("RUNNING", null, Before.WORKING, WORKING),
        is("RUNNING", null, Before.FINISHED, FINISHED),
        is("RUNNING", null, Before.ASKING, TEXT),
        is("PAUSED", null, Before.NOTHING, INTERRUPTED),
        is("PAUSED", null, Before.WORKING, INTERRUPTED),
        is("PAUSED", null, Before.FINISHED, FINISHED),
        is("PAUSED", null, Before.ASKING, TEXT),
        is("PAUSED", null, Before.STUCK, STUCK),
        is("PAUSED", null, Before.PAUSED, PAUSED),
        is("PAUSED", null, Before.LEAVE, LEAVE),
        is("ERROR", null, Before.NOTHING, BROKEN),
        is("ERROR", null, Before.WORKING, BROKEN),
        is("ERROR", null, Before.FINISHED, FINISHED),
        is("ERROR", null, Before.STUCK, STUCK),
        is("ERROR", null, Before.PAUSED, BROKEN),
        is("ERROR", null, Before.LEAVE, BROKEN),
        is("MISSING", null, Before.NOTHING, MISSING),
        is("MISSING", null, Before.WORKING, MISSING),
        is("MISSING", null, Before.FINISHED, FINISHED),
        is("MISSING", null, Before.STUCK, STUCK),
        is("MISSING", null, Before.PAUSED, MISSING),
        is("MISSING", null, Before.LEAVE, MISSING),
        is("OF_TOMORROW", null, Before.WORKING, WORKING),
        is("OF_TOMORROW", null, Before.FINISHED, FINISHED));
  }

  /// Where the agent's status is told, the sandbox does not matter.
  private static List<Row> told() {
    return List.of(
        is("RUNNING", "idle", Before.NOTHING, STARTING),
        is("RUNNING", "idle", Before.WORKING, WORKING),
        is("RUNNING", "running", Before.WORKING, WORKING),
        is("STARTING", "running", Before.WORKING, WORKING),
        is("ERROR", "running", Before.WORKING, WORKING),
        is("RUNNING", "finished", Before.FINISHED, FINISHED),
        is("RUNNING", "FINISHED", Before.FINISHED, FINISHED),
        is("RUNNING", "stuck", Before.STUCK, STUCK),
        is("RUNNING", "paused", Before.PAUSED, PAUSED),
        is("RUNNING", "waiting_for_confirmation", Before.LEAVE, LEAVE),
        is("RUNNING", "deleting", Before.FINISHED, MISSING),
        is("RUNNING", "pondering", Before.WORKING, "Unknown[word=pondering]"),
        is("RUNNING", "finished", Before.WORKING, WORKING),
        is("RUNNING", "error", Before.WORKING, WORKING),
        row(
            "b.1 agent_status: the status has that name in 0.60 and 0.61",
            Before.FINISHED,
            play -> says(play, "\"sandbox_status\":\"RUNNING\",\"agent_status\":\"finished\""),
            FINISHED),
        row(
            "b.4 no sandbox_status: what tells none is no answer",
            Before.WORKING,
            play -> says(play, "\"execution_status\":\"running\""),
            "BackendSilent backend_bad_answer"));
  }

  private static Row is(String sandbox, @Nullable String word, Before before, String then) {
    return row(
        "b.4 %s/%s: an agent that was %s is %s".formatted(sandbox, word, before, then),
        before,
        play ->
            says(
                play,
                "\"sandbox_status\":\"%s\",\"execution_status\":%s"
                    .formatted(sandbox, word == null ? "null" : '"' + word + '"')),
        then);
  }

  private static Row row(String name, Before before, Row.Body says, String then) {
    return Row.of(
            name,
            play -> {
              before.bring(play);
              says.play(play);
              play.look();
              assertThat(play.seen().getLast()).isEqualTo(then);
            })
        .only(Dialect.APP_V1, V1)
        .onlySimulated(NO_ORDERS);
  }

  /// An agent that rests does so by its events, which come later than the status.
  private static List<Row> grace() {
    return List.of(
        row(
            "b.4 RUNNING/null: after 90 seconds it is a silence",
            Before.WORKING,
            play -> unreached(play, Duration.ofSeconds(91)),
            SILENT),
        row(
            "b.4 RUNNING/null: for less than 90 seconds it is none",
            Before.WORKING,
            play -> unreached(play, Duration.ofSeconds(89)),
            WORKING),
        row(
            "b.4 RUNNING/null: after it an agent that is reached again is as it says",
            Before.WORKING,
            play -> {
              unreached(play, Duration.ofSeconds(91));
              play.look();
              play.mend();
            },
            WORKING));
  }

  private static void unreached(Play play, Duration time) {
    says(play, "\"sandbox_status\":\"RUNNING\",\"execution_status\":null");
    play.stage().pass(time);
  }

  private static List<Row> late() {
    return List.of(
        Row.of(
                "b.5 late events: an end is believed at once where its sandbox tells them",
                play -> {
                  play.start("text lag=30").stage().pass(Duration.ofSeconds(5));
                  play.look();
                  assertThat(play.seen()).endsWith(TEXT);
                })
            .only(Dialect.APP_V1, V1)
            .onlySimulated(NO_ORDERS),
        Row.of(
                "b.5 late events: an end is not believed before them where no way leads to the sandbox",
                play -> {
                  play.start("finish tasks=1 seconds=1 lag=30")
                      .stage()
                      .pass(Duration.ofSeconds(10));
                  play.stage().fault("/sandboxes/.*", 100, "\"do\":\"hang_up\"");
                  play.look();
                  assertThat(play.seen().getLast()).isIn(STARTING, WORKING);
                  play.stage().pass(Duration.ofSeconds(31));
                  play.look();
                  assertThat(play.seen().getLast()).isEqualTo(FINISHED);
                })
            .only(Dialect.APP_V1, V1)
            .onlySimulated(NO_ORDERS),
        Row.of(
                "b.5 no events, ever: an end is believed after 40 seconds, as a text",
                play -> {
                  play.start("text lag=9999").stage().pass(Play.LIMIT);
                  play.stage().fault("/sandboxes/.*", 100, "\"do\":\"hang_up\"");
                  play.look();
                  assertThat(play.seen().getLast()).isIn(STARTING, WORKING);
                  play.stage().pass(Duration.ofSeconds(41));
                  play.look();
                  assertThat(play.seen().getLast()).isEqualTo(TEXT);
                })
            .only(Dialect.APP_V1, V1)
            .onlySimulated(NO_ORDERS));
  }

  private static void says(Play play, String rest) {
    play.stage()
        .fault(
            "/api/v1/app-conversations",
            100,
            "\"do\":\"answer\",\"status\":200,\"body\":[{\"id\":\"%s\",\"sandbox_id\":\"one\",%s}]"
                .formatted(play.conversation().id(), rest));
  }
}
