package dev.build0711.runner.simulator.contract;

import static dev.build0711.runner.run.Dialect.AGENT_SERVER;
import static dev.build0711.runner.run.Dialect.APP_V0;
import static dev.build0711.runner.run.Dialect.APP_V1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.AgentBackend.Collection.Unavailable;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.AgentStatus.Finished;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.Prepared;
import dev.build0711.runner.run.Evidence.StartRefused;
import dev.build0711.runner.run.Evidence.StopTaken;
import dev.build0711.runner.run.Reason;
import java.time.Duration;
import java.util.List;

/// Places, options, and what else can be done to an agent at odd times.
final class PlaceRows {

  private static final int MORE_THAN_ANY_SERVER_TAKES = 12;
  private static final String LONG = "long steps=500 seconds=2";
  private static final String OTHERS = "a real server has other conversations";

  private PlaceRows() {}

  static final List<Row> ROWS =
      List.of(
          Row.of(
                  "c.3 capacity: a full server says so, makes nothing, and stops nobody",
                  play -> {
                    play.start(LONG).untilWorking();
                    Order refused = fill(play);
                    assertThat(play.stage().prompts(refused.id().toString())).isZero();
                    assertThat(play.look()).isInstanceOf(Evidence.AgentSeen.class);
                    assertThat(play.seen().getLast()).isEqualTo("Working[]");
                  })
              .cannotBefore(AGENT_SERVER, "1.50", "it refuses nobody")
              .onlySimulated(OTHERS),
          Row.of(
                  "c.3 capacity: a place is free again when a run that ended was collected",
                  play -> {
                    play.start("text").untilRest();
                    Order refused = fill(play);
                    play.backend().collect(play.order(), play.conversation(), Play.LIMIT);
                    assertThat(play.backend().start(refused, false, Play.LIMIT))
                        .isInstanceOf(ConversationStarted.class);
                  })
              .cannot(AGENT_SERVER, "an agent that has ended takes no place")
              .cannotBefore(APP_V1, "1.0", "it tells the conversation's id when it is ready only")
              .onlySimulated(OTHERS),
          Row.of(
              "c.7 collected: an agent that had finished has still finished",
              play -> {
                play.start("finish").untilRest();
                play.backend().collect(play.order(), play.conversation(), Play.LIMIT);
                play.stage().pass(Duration.ofSeconds(5));
                assertThat(play.untilRest().status()).isEqualTo(new Finished());
              }),
          Row.of(
                  "c.7 collected: a message sets the agent going all the same, once",
                  play -> {
                    play.start("finish").untilRest();
                    play.backend().collect(play.order(), play.conversation(), Play.LIMIT);
                    assertThat(play.insist("[[scenario: finish tasks=1]] and the fence"))
                        .isInstanceOf(MessageTaken.class);
                    assertThat(play.untilRest().userMessages()).isEqualTo(2);
                    assertThat(play.stage().prompts("and the fence")).isOne();
                  })
              .cannotBefore(APP_V1, "1.0", "nothing but its sandbox, which sleeps, takes messages")
              .onlySimulated(OTHERS),
          Row.of(
                  "c.7 unknown id: what it left cannot be fetched",
                  play -> {
                    var real = play.start("text").conversation();
                    var unknown =
                        new Conversation(
                            real.backend(),
                            real.dialect(),
                            null,
                            play.order("text", AgentOptions.NONE).id().value().toString());
                    assertThat(play.backend().collect(play.order(), unknown, Play.LIMIT))
                        .isEqualTo(new Unavailable(new ConversationMissing()));
                  })
              .cannot(AGENT_SERVER, "what it left lies in a folder, whoever made it"),
          Row.of(
              "c.3 prepare: without a repository there is nothing to be prepared",
              play ->
                  assertThat(
                          play.backend().prepare(play.order("text", AgentOptions.NONE), Play.LIMIT))
                      .satisfiesAnyOf(
                          prepared -> assertThat(prepared).isEmpty(),
                          prepared ->
                              assertThat(prepared.orElseThrow()).isInstanceOf(Prepared.class))),
          Row.of(
                  "c.3 profile: one that is not there is refused",
                  play -> {
                    var options = new AgentOptions(null, null, null, "no such profile");
                    assertThat(play.tryStart(play.order("text", options)))
                        .isEqualTo(new StartRefused(Reason.PROFILE_UNKNOWN));
                  })
              .cannot(APP_V0, "it has no profiles")
              .cannotBefore(APP_V1, "1.7", "it has no profiles"),
          Row.of(
                  "a.3 profile: where there are none, a run that wants one is refused",
                  play -> {
                    var options = new AgentOptions(null, null, null, "any");
                    assertThat(play.tryStart(play.order("text", options)))
                        .isEqualTo(new StartRefused(Reason.OPTION_UNSUPPORTED));
                  })
              .only(APP_V0, "it has profiles"),
          Row.of(
                  "a.3 model: where it stands in the settings, a run that wants another is refused",
                  play -> {
                    var options = new AgentOptions(null, null, "openai/other", null);
                    assertThat(play.tryStart(play.order("text", options)))
                        .isEqualTo(new StartRefused(Reason.OPTION_UNSUPPORTED));
                  })
              .only(APP_V0, "a start may name a model"),
          Row.of(
                  "c.3 model: a start may name another than the server's",
                  play -> {
                    var options = new AgentOptions(null, null, "openai/other", null);
                    assertThat(play.start(play.order("text", options)).untilRest().userMessages())
                        .isOne();
                  })
              .cannot(APP_V0, "its model stands in the server's settings"),
          Row.of(
              "c.6 message into a run: it is taken up, and the agent ends once",
              play -> {
                play.start("long steps=10 seconds=4").untilWorking();
                assertThat(play.tell("and mind the fence", null)).isInstanceOf(MessageTaken.class);
                play.until("the message", look -> look.userMessages() == 2);
                assertThat(play.untilRest().status()).isEqualTo(new Finished());
              }),
          Row.of(
              "c.6 consent: a text to an agent that asks leave refuses the action and is heard",
              play -> {
                play.startAskingFirst().untilRest();
                assertThat(play.insist("leave it there")).isInstanceOf(MessageTaken.class);
                play.until(
                    "an agent that asks no more",
                    look ->
                        !look.status().equals(new AgentStatus.Waiting(Reason.CONFIRMATION_WANTED)));
              }),
          Row.of(
              "c.6 interrupt: an agent that has finished is left as it is",
              play -> {
                play.start("finish").untilRest();
                play.stop();
                assertThat(play.untilRest().status()).isEqualTo(new Finished());
              }),
          Row.of(
              "c.6 interrupt: it may come twice",
              play -> {
                play.start(LONG).untilWorking();
                assertThat(play.stop()).isInstanceOf(StopTaken.class);
                assertThat(play.stop()).isInstanceOf(StopTaken.class);
                assertThat(play.untilRest().status())
                    .isEqualTo(new AgentStatus.Waiting(Reason.PAUSED));
              }),
          Row.of(
              "c.6 run: an agent at work works on, once",
              play -> {
                play.start("long steps=9 seconds=2").untilWorking();
                assertThat(play.goOn()).isInstanceOf(Evidence.AgentResumed.class);
                assertThat(play.untilRest().status()).isEqualTo(new Finished());
              }),
          Row.of(
                  "11 restart: an agent that had finished has still finished",
                  play -> {
                    play.start("finish").untilRest();
                    play.stage().restart();
                    assertThat(play.untilRest().status()).isEqualTo(new Finished());
                  })
              .onlySimulated("a real server is not restarted under others' conversations"),
          Row.of(
                  "b.4 restart: a sandbox that was forgotten takes its agent with it",
                  play -> {
                    play.start(LONG).untilWorking();
                    play.stage().restart();
                    assertThat(play.look()).isInstanceOf(ConversationMissing.class);
                  })
              .only(APP_V1, "its agents are where they were")
              .onlySimulated("a real server is not restarted under others' conversations"));

  /// Starts agents until there is no place for another, which is given back.
  private static Order fill(Play play) {
    for (int i = 0; i < MORE_THAN_ANY_SERVER_TAKES; i++) {
      Order order = play.order(LONG, AgentOptions.NONE);
      Evidence started = play.backend().start(order, true, Play.LIMIT);
      if (started instanceof BackendFull) {
        return order;
      }
      assertThat(started).isInstanceOf(ConversationStarted.class);
      play.stage().pass(Duration.ofSeconds(5));
    }
    throw new AssertionError("never full");
  }
}
