package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.Reason;
import java.util.List;

/// What can be done to an agent: messages, consent, stopping and going on.
final class ControlRows {

  private ControlRows() {}

  static final List<Row> ROWS =
      List.of(
          Row.of(
              "c.6 message: an agent that asks goes on from the answer and finishes",
              play -> {
                play.start("ask").untilRest();
                assertThat(play.tell("hello.txt", null)).isInstanceOf(MessageTaken.class);
                AgentLook end = play.untilRest();
                assertThat(end.status()).isEqualTo(new AgentStatus.Finished());
                assertThat(end.userMessages()).isEqualTo(2);
              }),
          Row.of(
              "c.6 message: a finished agent is set to work again, and its old end is not taken for the new one",
              play -> {
                play.start("finish").untilRest();
                assertThat(play.tell("[[scenario: text]] one thing more", null))
                    .isInstanceOf(MessageTaken.class);
                assertThat(play.untilRest().status())
                    .isEqualTo(new AgentStatus.Waiting(Reason.ANSWERED_IN_TEXT));
              }),
          Row.of(
              "c.6 interrupt: a working agent stops and says that it is paused",
              play -> {
                play.start("long steps=50 seconds=2").untilWorking();
                assertThat(play.stop()).isInstanceOf(StopTaken.class);
                assertThat(play.untilRest().status())
                    .isEqualTo(new AgentStatus.Waiting(Reason.PAUSED));
              }));
}
