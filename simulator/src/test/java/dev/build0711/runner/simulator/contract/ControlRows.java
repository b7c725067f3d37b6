package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.Reason;
import java.time.Duration;
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
              }),
          Row.of(
              "c.6 consent: an action that is allowed is taken, and the agent finishes",
              play -> {
                assertThat(play.startAskingFirst().untilRest().status())
                    .isEqualTo(new AgentStatus.Waiting(Reason.CONFIRMATION_WANTED));
                assertThat(play.tell(null, true)).isInstanceOf(MessageTaken.class);
                assertThat(play.untilRest().status()).isEqualTo(new AgentStatus.Finished());
              }),
          Row.of(
              "c.6 consent: an action that is refused is answered, and the agent goes on",
              play -> {
                play.startAskingFirst().untilRest();
                assertThat(play.insist("leave it there", false)).isInstanceOf(MessageTaken.class);
                play.untilRest();
              }),
          Row.of(
              "c.6 consent: where nothing waits for it, it is refused",
              play -> {
                play.start("text").untilRest();
                assertThat(play.tell(null, true)).isInstanceOf(Evidence.MessageRefused.class);
              }),
          messageInto("stuck", "stuck"),
          messageInto("error llm=500", "failed"),
          messageInto("text", "asking"),
          Row.of(
              "c.6 message: a paused agent goes on from a message",
              play -> {
                play.start("long steps=50 seconds=2").untilWorking();
                play.stop();
                play.untilRest();
                assertThat(play.tell("[[scenario: text]] say it", null))
                    .isInstanceOf(MessageTaken.class);
                assertThat(play.untilRest().status())
                    .isEqualTo(new AgentStatus.Waiting(Reason.ANSWERED_IN_TEXT));
              }),
          Row.of(
              "c.6 interrupt: it stops an agent that never pauses",
              play -> {
                play.start("long steps=50 seconds=2 pause=ignored").untilWorking();
                assertThat(play.stop()).isInstanceOf(StopTaken.class);
                assertThat(play.untilRest().status())
                    .isEqualTo(new AgentStatus.Waiting(Reason.PAUSED));
              }),
          Row.of(
                  "c.6 resume: an agent that failed goes on and can finish",
                  play -> {
                    play.start("error llm=500 times=1").untilRest();
                    assertThat(play.resume()).isInstanceOf(Evidence.AgentResumed.class);
                    assertThat(play.untilRest().status()).isEqualTo(new AgentStatus.Finished());
                  })
              .cannot(Dialect.APP_V0, "only a message sets its agents going"),
          Row.of(
                  "11 restart: an agent that was cut off is told so, goes on when it is told to, and finishes",
                  play -> {
                    play.start("long steps=4 seconds=20").untilWorking();
                    play.stage().pass(Duration.ofSeconds(5));
                    play.look();
                    play.stage().pass(Duration.ofSeconds(5));
                    play.stage().restart();
                    assertThat(play.untilRest().status()).isEqualTo(new AgentStatus.Interrupted());
                    assertThat(play.goOn()).isInstanceOf(Evidence.AgentResumed.class);
                    assertThat(play.untilRest().status()).isEqualTo(new AgentStatus.Finished());
                  })
              .cannot(Dialect.APP_V1, "after a restart it has forgotten its sandboxes"));

  private static Row messageInto(String cue, String state) {
    return Row.of(
        "c.6 message: an agent that is %s is set to work again by a message".formatted(state),
        play -> {
          play.start(cue).untilRest();
          assertThat(play.tell("[[scenario: finish]] go on", null))
              .isInstanceOf(MessageTaken.class);
          assertThat(play.untilRest().status()).isEqualTo(new AgentStatus.Finished());
        });
  }
}
