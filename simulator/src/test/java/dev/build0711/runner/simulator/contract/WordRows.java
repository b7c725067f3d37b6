package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.PreparationFailed;
import dev.build0711.runner.run.Evidence.Preparing;
import dev.build0711.runner.run.Evidence.StartRefused;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Repository;
import java.util.List;

/// The words of an agent-server for an agent's status, where they say more or less than they seem
/// to, and how each dialect tells that a repository cannot be had.
final class WordRows {

  private static final String OTHERS = "it says so elsewhere";
  private static final String NO_ORDERS = "a real server says only what is so";
  private static final String LONG = "long steps=50 seconds=2";
  private static final Repository NO_SUCH =
      new Repository(GitProvider.GITHUB, "github.com", "acme/no-such", null);

  private WordRows() {}

  static final List<Row> ROWS =
      List.of(
          word("idle", LONG, "Working[]"),
          word("RUNNING", LONG, "Working[]"),
          word("deleting", LONG, "ConversationMissing"),
          word("pondering", LONG, "Unknown[word=pondering]"),
          word("FINISHED", "finish", "Finished[]"),
          word("", "finish", "BackendSilent backend_bad_answer"),
          word("paused", "text", "Waiting[why=paused]"),
          Row.of(
                  "c.3 repository: one that cannot be cloned fails before the start",
                  play -> {
                    Order order = order(play);
                    Evidence prepared = play.backend().prepare(order, Play.LIMIT).orElseThrow();
                    for (int i = 0; i < 10 && prepared instanceof Preparing at; i++) {
                      play.stage().pass(Play.LIMIT);
                      prepared =
                          play.backend()
                              .preparation(order, at.conversation(), at.cursor(), Play.LIMIT);
                    }
                    assertThat(prepared).isEqualTo(new PreparationFailed(Reason.CLONE_FAILED));
                  })
              .only(Dialect.AGENT_SERVER, OTHERS)
              .onlySimulated(NO_ORDERS),
          Row.of(
                  "b.4 repository: where it cannot be cloned, the agent never starts",
                  play -> {
                    play.start(order(play)).stage().pass(Play.LIMIT);
                    play.look();
                    assertThat(play.seen().getLast()).isEqualTo("NeverStarted[why=start_failed]");
                  })
              .only(Dialect.APP_V1, OTHERS)
              .onlySimulated(NO_ORDERS),
          Row.of(
                  "a.3 repository: one that cannot be reached is refused at the start",
                  play ->
                      assertThat(play.tryStart(order(play)))
                          .isEqualTo(new StartRefused(Reason.CLONE_FAILED)))
              .only(Dialect.APP_V0, OTHERS)
              .onlySimulated(NO_ORDERS));

  private static Row word(String word, String cue, String then) {
    return Row.of(
            "c.4 `%s` of an agent that was to `%s`: %s".formatted(word, cue, then),
            play -> {
              play.start(cue);
              if (cue.equals(LONG)) {
                play.untilWorking();
              } else {
                play.untilRest();
              }
              play.fault(
                  Ask.LOOK,
                  2,
                  "\"do\":\"answer\",\"status\":200,\"body\":{\"id\":\"%s\",\"execution_status\":\"%s\"}"
                      .formatted(play.conversation().id(), word));
              play.look();
              assertThat(play.seen().getLast()).isEqualTo(then);
            })
        .only(Dialect.AGENT_SERVER, OTHERS)
        .onlySimulated(NO_ORDERS);
  }

  private static Order order(Play play) {
    Order plain = play.order("finish", AgentOptions.NONE);
    return new Order(plain.id(), plain.prompt(), NO_SUCH, null, AgentOptions.NONE, 1);
  }
}
