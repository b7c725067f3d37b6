package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import java.util.List;

/// A run has one conversation, and its prompt arrives once.
final class StartRows {

  private static final String OWN_IDS = "it chooses its conversations' ids itself";

  private StartRows() {}

  static final List<Row> ROWS =
      List.of(
          Row.of(
                  "c.3 start: a second start of one run finds the first, and the prompt arrives once",
                  play -> {
                    Order order = play.order("text", AgentOptions.NONE);
                    play.start(order).adopt(play.backend().start(order, true, Play.LIMIT));
                    assertThat(play.untilRest().userMessages()).isOne();
                  })
              .cannot(Dialect.APP_V0, OWN_IDS)
              .cannot(Dialect.APP_V1, "a second one does harm there, so the runner makes none"),
          Row.of(
              "c.3 start: a start that may have happened is adopted, and the prompt arrives once",
              play -> {
                Order order = play.order("text", AgentOptions.NONE);
                play.start(order).untilRest();
                String conversation = play.conversation().id();
                play.adopt(play.backend().start(order, false, Play.LIMIT));
                assertThat(play.conversation().id()).isEqualTo(conversation);
                assertThat(play.untilRest().userMessages()).isOne();
              }),
          Row.of(
              "c.3 start: one that never happened is made when it is tried again",
              play -> {
                Order order = play.order("text", AgentOptions.NONE);
                play.adopt(play.backend().start(order, false, Play.LIMIT));
                assertThat(play.untilRest().userMessages()).isOne();
              }),
          Row.of(
              "c.3 find: what was started is found",
              play -> {
                Order order = play.order("text", AgentOptions.NONE);
                play.start(order).untilRest();
                assertThat(play.backend().find(order, Play.LIMIT))
                    .isInstanceOfSatisfying(
                        ConversationStarted.class,
                        found ->
                            assertThat(found.conversation().id())
                                .isEqualTo(play.conversation().id()));
              }),
          Row.of(
              "c.3 find: what was never started is missing, and is not made",
              play -> {
                Order order = play.order("text", AgentOptions.NONE);
                assertThat(play.backend().find(order, Play.LIMIT))
                    .isInstanceOf(ConversationMissing.class);
                assertThat(play.backend().find(order, Play.LIMIT))
                    .isInstanceOf(ConversationMissing.class);
              }));
}
