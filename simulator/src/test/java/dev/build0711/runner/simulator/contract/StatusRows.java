package dev.build0711.runner.simulator.contract;

import static dev.build0711.runner.run.Dialect.APP_V1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Progress.TaskStatus;
import dev.build0711.runner.run.Reason;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// What an agent's state looks like from outside: the tables of states.
final class StatusRows {

  private StatusRows() {}

  static final List<Row> ROWS =
      List.of(
          Row.of(
              "c.4 running: an agent at work is working, and its steps are counted",
              play -> {
                AgentLook look = play.start("long steps=3 seconds=2").untilWorking();
                assertThat(look.iterations()).isPositive();
                assertThat(look.userMessages()).isOne();
              }),
          Row.of(
              "c.4 finished: a call of the finish tool is the end, with the agent's last words",
              play -> {
                AgentLook look = play.start("finish").untilRest();
                assertThat(look.status()).isEqualTo(new AgentStatus.Finished());
                assertThat(play.seen()).doesNotContain("Failed");
              }),
          Row.of(
              "c.4 finished or asking: a plain text waits for an answer",
              play ->
                  assertThat(play.start("text").untilRest().status())
                      .isEqualTo(new AgentStatus.Waiting(Reason.ANSWERED_IN_TEXT))),
          Row.of(
              "c.4 stuck: an agent that repeats itself has failed",
              play ->
                  assertThat(play.start("stuck").untilRest().status())
                      .isEqualTo(new AgentStatus.Failed(Reason.AGENT_STUCK))),
          Row.of(
                  "c.4 iteration limit: the agent's own limit is a failure with its reason",
                  play -> {
                    var limited = new AgentOptions(3, null, null, null);
                    var order = play.order("max-iterations", limited);
                    assertThat(play.start(order).untilRest().status())
                        .isEqualTo(new AgentStatus.Failed(Reason.ITERATION_LIMIT));
                  })
              .cannotBefore(APP_V1, "1.0", "it tells no reason of a failure"),
          Row.of(
              "c.5 task list: the newest plan of the agent is shown with what is done",
              play -> {
                AtomicInteger most = new AtomicInteger();
                play.start("finish")
                    .until(
                        "every task done",
                        look -> {
                          if (look.tasks() != null) {
                            most.set(look.tasks().size());
                          }
                          return look.tasks() != null
                              && !look.tasks().isEmpty()
                              && look.tasks().stream()
                                  .allMatch(task -> task.status() == TaskStatus.DONE);
                        });
                assertThat(most.get()).isGreaterThan(1);
              }),
          Row.of(
                  "c.5 usage: cost and tokens of the language model are told",
                  play -> {
                    AgentLook look = play.start("finish").untilRest();
                    assertThat(look.usage().promptTokens()).isPositive();
                    assertThat(look.usage().costUsd()).isGreaterThanOrEqualTo(BigDecimal.ZERO);
                  })
              .cannotBefore(APP_V1, "1.0", "it tells nothing of the use"),
          Row.of(
              "c.7 pull requests: a link in the agent's last words is found",
              play -> {
                play.start("finish pr=https://github.com/acme/widgets/pull/41").untilRest();
                assertThat(play.links()).contains("https://github.com/acme/widgets/pull/41");
              }));
}
