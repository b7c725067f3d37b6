package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.AgentStatus.Finished;
import dev.build0711.runner.run.AgentStatus.NeverStarted;
import dev.build0711.runner.run.AgentStatus.Starting;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Reason;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// How an app server brings an agent up, by the phases of its task.
final class StartTaskRows {

  private static final String V1 = "only V1 has start tasks";
  private static final String NO_ID = "it tells the conversation's id when it is ready only";
  private static final String NO_ORDERS = "a real server starts as well as it can";
  private static final String NO_SANDBOX = "it has no sandbox to bring up";
  private static final List<String> PHASES =
      List.of(
          "WORKING",
          "WAITING_FOR_SANDBOX",
          "PREPARING_REPOSITORY",
          "RUNNING_SETUP_SCRIPT",
          "SETTING_UP_GIT_HOOKS",
          "SETTING_UP_SKILLS",
          "STARTING_CONVERSATION");

  private StartTaskRows() {}

  static final List<Row> ROWS =
      Stream.of(
              PHASES.stream().map(StartTaskRows::hangs),
              PHASES.stream().map(StartTaskRows::fails),
              others())
          .flatMap(rows -> rows)
          .toList();

  private static Row hangs(String phase) {
    return task(
            "b.4 start task %s: the agent is starting, and shows it once".formatted(phase),
            play -> {
              play.start("start-hang at=" + phase).stage().pass(Duration.ofSeconds(30));
              assertThat(look(play).news()).isTrue();
              play.stage().pass(Duration.ofMinutes(5));
              AgentLook later = look(play);
              assertThat(later.status()).isEqualTo(new Starting());
              assertThat(later.news()).isFalse();
            })
        .cannotBefore(Dialect.APP_V1, "1.0", NO_ID);
  }

  private static Row fails(String phase) {
    Row row =
        task(
            "b.4 start task ERROR after %s: the agent never starts".formatted(phase),
            play -> {
              play.start("start-error at=" + phase);
              play.stage().pass(Duration.ofSeconds(30));
              assertThat(look(play).status()).isEqualTo(new NeverStarted(Reason.START_FAILED));
            });
    return phase.equals("SETTING_UP_SKILLS")
        ? row.cannotBefore(Dialect.APP_V1, "1.0", "it has no such phase")
        : row;
  }

  private static Stream<Row> others() {
    return Stream.of(
        task(
                "b.4 start task READY: the agent is asked for itself, and finishes",
                play ->
                    assertThat(play.start("finish start=20").untilRest().status())
                        .isEqualTo(new Finished()))
            .cannotBefore(Dialect.APP_V1, "1.0", NO_ID),
        task(
                "b.4 start task of a phase of tomorrow: the agent is starting",
                play -> {
                  play.start("start-hang at=WORKING");
                  task(play, "\"status\":\"WARMING_UP\"");
                  assertThat(look(play).status()).isEqualTo(new Starting());
                })
            .cannotBefore(Dialect.APP_V1, "1.0", NO_ID),
        task(
            "b.4 start task that is gone: the agent is asked for itself",
            play -> {
              play.start("finish");
              play.stage().pass(Duration.ofMinutes(1));
              play.stage()
                  .fault(
                      "/api/v1/app-conversations/start-tasks",
                      1,
                      "\"do\":\"answer\",\"status\":200,\"body\":[null]");
              assertThat(play.untilRest().status()).isEqualTo(new Finished());
            }),
        task(
            "b.4 start task ERROR with a detail: the status counts, not the detail",
            play -> {
              play.start("start-error detail=500:_Sandbox_failed_to_start_within_120s");
              play.stage().pass(Duration.ofSeconds(30));
              assertThat(look(play).status()).isEqualTo(new NeverStarted(Reason.START_FAILED));
            }),
        task(
            "11 start that failed: the second attempt is another conversation",
            play -> {
              Order first = play.order("start-error", AgentOptions.NONE);
              play.start(first).stage().pass(Duration.ofMinutes(1));
              look(play);
              String failed = play.conversation().id();
              Order second =
                  new Order(
                      first.id(),
                      "[[scenario: finish]] " + first.id(),
                      null,
                      null,
                      AgentOptions.NONE,
                      2);
              play.adopt(play.backend().start(second, false, Play.LIMIT));
              assertThat(play.conversation().id()).isNotEqualTo(failed);
              assertThat(play.untilRest().status()).isEqualTo(new Finished());
            }),
        Row.of(
                "13 starting: an agent whose sandbox is not up yet is starting",
                play -> {
                  play.start("finish start=20").stage().pass(Duration.ofSeconds(5));
                  assertThat(look(play).status()).isEqualTo(new Starting());
                  assertThat(play.untilRest().status()).isEqualTo(new Finished());
                })
            .cannot(Dialect.AGENT_SERVER, NO_SANDBOX)
            .cannotBefore(Dialect.APP_V1, "1.0", NO_ID)
            .onlySimulated(NO_ORDERS),
        Row.of(
                "13 starting: a start that is under way is adopted, and the agent begins once",
                play -> {
                  Order order = play.order("text start=100", AgentOptions.NONE);
                  play.start(order).stage().pass(Duration.ofSeconds(50));
                  if (play.backend().start(order, false, Play.LIMIT)
                      instanceof ConversationStarted again) {
                    play.adopt(again);
                  }
                  play.stage().pass(Duration.ofMinutes(1));
                  assertThat(play.untilRest().userMessages()).isOne();
                  assertThat(play.stage().prompts(order.id().toString())).isOne();
                })
            .cannot(Dialect.AGENT_SERVER, NO_SANDBOX)
            .cannotBefore(Dialect.APP_V1, "1.0", NO_ID)
            .onlySimulated(NO_ORDERS));
  }

  private static Row task(String name, Row.Body body) {
    return Row.of(name, body).only(Dialect.APP_V1, V1).onlySimulated(NO_ORDERS);
  }

  private static void task(Play play, String rest) {
    play.stage()
        .fault(
            "/api/v1/app-conversations/start-tasks",
            1,
            "\"do\":\"answer\",\"status\":200,\"body\":[{\"id\":\"%s\",%s}]"
                .formatted(taskOf(play), rest));
  }

  /// The runner keeps the task's id in its memory of the conversation.
  private static String taskOf(Play play) {
    return String.valueOf(play.cursor()).replaceFirst(".*\"task\":\"([^\"]+)\".*", "$1");
  }

  private static AgentLook look(Play play) {
    return ((AgentSeen) play.look()).look();
  }
}
