package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.AgentBackend.Collection;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import java.util.List;

/// What is read of a conversation: much of it, what nobody knows yet, many at once, what is left.
final class ReadingRows {

  private static final String NOT_YET = "a real server tells only what it knows";

  private ReadingRows() {}

  static final List<Row> ROWS =
      List.of(
          Row.of(
              "c.5 paging: each step is counted once beyond a hundred events",
              play -> {
                // two events a step; beyond 120 a V0 server has its agent forget what it has done
                AgentLook look = play.start("long steps=54 seconds=0.1").untilRest();
                assertThat(look.status()).isEqualTo(new AgentStatus.Finished());
                assertThat(look.iterations()).isEqualTo(55);
              }),
          Row.of(
              "c.5 paging: a reader that comes late reads the same as one that was always there",
              play -> {
                AgentLook look = play.start("long steps=70 seconds=0.1").untilRest();
                var late = new Watched(play.conversation(), null);
                assertThat(play.backend().look(List.of(late), Play.LIMIT).getFirst())
                    .isInstanceOfSatisfying(
                        AgentSeen.class,
                        seen -> {
                          assertThat(seen.look().iterations()).isEqualTo(look.iterations());
                          assertThat(seen.look().status()).isEqualTo(look.status());
                        });
              }),
          odd("fields"),
          odd("kinds"),
          odd("values"),
          odd("all"),
          Row.of(
              "c.4 batch: of several, each is told in its place, and the unknown one is missing",
              play -> {
                Conversation first = play.start("text").conversation();
                play.untilRest();
                String id = play.order("text", AgentOptions.NONE).id().value().toString();
                var unknown = new Conversation(first.backend(), first.dialect(), null, id);
                Conversation last = play.start("finish").conversation();
                play.untilRest();
                var all = List.of(watched(first), watched(unknown), watched(last));
                var seen = play.backend().look(all, Play.LIMIT);
                assertThat(seen).hasSize(3);
                assertThat(seen.get(1)).isInstanceOf(ConversationMissing.class);
                assertThat(seen.get(2))
                    .isInstanceOfSatisfying(
                        AgentSeen.class,
                        it -> assertThat(it.look().status()).isEqualTo(new AgentStatus.Finished()));
              }),
          Row.of(
                  "c.7 results: what a finished agent left can be fetched",
                  play -> {
                    play.start("finish").untilRest();
                    assertThat(
                            play.backend().collect(play.order(), play.conversation(), Play.LIMIT))
                        .isInstanceOfSatisfying(
                            Collection.Harvest.class,
                            harvest -> assertThat(harvest.artifacts()).isNotEmpty());
                  })
              .cannotBefore(Dialect.APP_V1, "1.7", "it has no downloads"),
          Row.of(
              "0.1 check: a server that is well says what it is",
              play -> {
                var health = play.backend().check(Play.LIMIT);
                assertThat(health.up()).isTrue();
                assertThat(health.detail()).isNull();
                assertThat(health.dialect()).isNotNull();
              }));

  private static Watched watched(Conversation conversation) {
    return new Watched(conversation, null);
  }

  private static Row odd(String what) {
    return Row.of(
            "11 upgrade: a server that tells unknown %s is read to its end".formatted(what),
            play ->
                assertThat(play.start("finish odd=" + what).untilRest().status())
                    .isEqualTo(new AgentStatus.Finished()))
        .onlySimulated(NOT_YET);
  }
}
