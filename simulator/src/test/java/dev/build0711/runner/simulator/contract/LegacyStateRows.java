package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.AgentStatus.Failed;
import dev.build0711.runner.run.AgentStatus.Finished;
import dev.build0711.runner.run.AgentStatus.Interrupted;
import dev.build0711.runner.run.AgentStatus.NeverStarted;
import dev.build0711.runner.run.AgentStatus.Starting;
import dev.build0711.runner.run.AgentStatus.Unknown;
import dev.build0711.runner.run.AgentStatus.Waiting;
import dev.build0711.runner.run.AgentStatus.Working;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Reason;
import java.util.List;
import java.util.stream.Stream;

/// What V0 says of an agent, and what it says of the runtime below it, which is something else.
final class LegacyStateRows {

  private static final String V0 = "only V0 has these words";
  private static final String NO_ORDERS = "a real server says only what is so";
  private static final String LONG = "long steps=50 seconds=600";
  private static final String NOT_UP = "finish start=never";
  private static final Waiting PAUSED = new Waiting(Reason.PAUSED);
  private static final Waiting TEXT = new Waiting(Reason.ANSWERED_IN_TEXT);
  private static final Failed BROKEN = new Failed(Reason.SANDBOX_FAILED);
  private static final NeverStarted NEVER = new NeverStarted(Reason.START_FAILED);

  private LegacyStateRows() {}

  static final List<Row> ROWS =
      Stream.of(states(), told(), lives(), starts()).flatMap(List::stream).toList();

  /// The server believes whoever tells it a state.
  private static List<Row> states() {
    return List.of(
        state("running", new Working()),
        state("awaiting_user_input", TEXT),
        state("awaiting_user_confirmation", new Waiting(Reason.CONFIRMATION_WANTED)),
        state("user_confirmed", new Working()),
        state("user_rejected", new Working()),
        state("paused", PAUSED),
        state("stopped", PAUSED),
        state("finished", new Finished()),
        state("rejected", new Failed(Reason.AGENT_REJECTED)),
        state("error", new Failed(Reason.AGENT_ERROR)),
        state("rate_limited", new Working()));
  }

  private static Row state(String word, AgentStatus status) {
    return Row.of(
            "a.4 agent_state %s: the agent is %s".formatted(word, status),
            play -> {
              play.start("text").untilRest();
              play.stage()
                  .post(
                      "/api/conversations/" + play.conversation().id() + "/events",
                      "{\"action\":\"change_agent_state\",\"args\":{\"agent_state\":\"%s\"}}"
                          .formatted(word));
              assertThat(status(play)).isEqualTo(status);
            })
        .only(Dialect.APP_V0, V0);
  }

  /// What comes with the events alone.
  private static List<Row> told() {
    String prompt = event(1, "\"source\":\"user\",\"action\":\"message\",\"args\":{}");
    return List.of(
        told("loading before the prompt", List.of(changed(0, "loading")), new Starting()),
        told("nothing yet", List.of(), new Starting()),
        told("loading, then the prompt", List.of(changed(0, "loading"), prompt), new Working()),
        told(
            "awaiting_user_input without a prompt",
            List.of(changed(0, "awaiting_user_input")),
            NEVER),
        told(
            "a word of tomorrow", List.of(prompt, changed(2, "dreaming")), new Unknown("dreaming")),
        told(
            "the newest of many",
            List.of(prompt, changed(2, "running"), changed(3, "error"), changed(4, "finished")),
            new Finished()),
        told(
            "no text for a state",
            List.of(prompt, event(2, "\"observation\":\"agent_state_changed\",\"extras\":7")),
            new Working()));
  }

  private static Row told(String what, List<String> events, AgentStatus status) {
    return Row.of(
            "a.4 events: %s is an agent that is %s".formatted(what, status),
            play -> {
              play.start(LONG);
              play.fault(
                  Ask.EVENTS,
                  1,
                  answer(
                      "{\"events\":[%s],\"has_more\":false}".formatted(String.join(",", events))));
              assertThat(status(play)).isEqualTo(status);
            })
        .only(Dialect.APP_V0, V0)
        .onlySimulated(NO_ORDERS);
  }

  private static String changed(int id, String state) {
    return event(
        id,
        "\"observation\":\"agent_state_changed\",\"extras\":{\"agent_state\":\"%s\",\"reason\":\"\"}"
            .formatted(state));
  }

  private static String event(int id, String rest) {
    return "{\"id\":%d,%s}".formatted(id, rest);
  }

  private static List<Row> lives() {
    return List.of(
        life("STARTING", LONG, new Working()),
        life("RUNNING", LONG, new Working()),
        life("STOPPED", LONG, new Interrupted()),
        life("ARCHIVED", LONG, new Interrupted()),
        life("ERROR", LONG, BROKEN),
        life("ASLEEP", LONG, new Working()),
        life("RUNNING", "finish", new Finished()),
        life("STOPPED", "finish", new Finished()),
        life("ARCHIVED", "finish", new Finished()),
        life("ERROR", "finish", new Finished()),
        life("STOPPED", "text", TEXT),
        life("STOPPED", "stuck", new Failed(Reason.AGENT_STUCK)),
        life("STOPPED", "error", new Failed(Reason.LLM_AUTHENTICATION)),
        life("STARTING", NOT_UP, new Starting()),
        life("RUNNING", NOT_UP, new Starting()),
        life("STOPPED", NOT_UP, NEVER),
        life("ARCHIVED", NOT_UP, NEVER),
        life("ERROR", NOT_UP, NEVER),
        Row.of(
                "a.4 runtime_status: whatever it says, the agent's own state counts",
                play -> {
                  working(play);
                  for (String word :
                      List.of("STATUS$ERROR", "STATUS$STOPPED", "STATUS$LLM_RETRY", "STATUS$NEW")) {
                    says(play, "\"status\":\"RUNNING\",\"runtime_status\":\"%s\"".formatted(word));
                    assertThat(status(play)).isEqualTo(new Working());
                  }
                })
            .only(Dialect.APP_V0, V0)
            .onlySimulated(NO_ORDERS),
        Row.of(
                "a.4 null: a conversation of which it says nothing is missing",
                play -> {
                  working(play);
                  play.stage().fault("/api/conversations/[0-9a-f]+", 1, answer("null"));
                  assertThat(play.look()).isInstanceOf(ConversationMissing.class);
                })
            .only(Dialect.APP_V0, V0)
            .onlySimulated(NO_ORDERS));
  }

  private static Row life(String status, String cue, AgentStatus agent) {
    return Row.of(
            "a.4 status %s: an agent that was to `%s` is %s".formatted(status, cue, agent),
            play -> {
              if (cue.equals(LONG)) {
                working(play);
              } else {
                play.start(cue).stage().pass(Play.LIMIT);
              }
              if (cue.equals(NOT_UP)) {
                play.look();
              }
              says(play, "\"status\":\"%s\"".formatted(status));
              assertThat(status(play)).isEqualTo(agent);
            })
        .only(Dialect.APP_V0, V0)
        .onlySimulated(NO_ORDERS);
  }

  private static List<Row> starts() {
    return List.of(
        Row.of(
                "a.4 runtime that never comes up: it is starting, without a sign of life",
                play -> {
                  play.start(NOT_UP);
                  play.look();
                  play.stage().pass(Play.LIMIT.multipliedBy(10));
                  assertThat(play.look())
                      .isInstanceOfSatisfying(
                          AgentSeen.class,
                          seen -> {
                            assertThat(seen.look().status()).isEqualTo(new Starting());
                            assertThat(seen.look().news()).isFalse();
                          });
                })
            .only(Dialect.APP_V0, V0)
            .onlySimulated(NO_ORDERS),
        Row.of(
                "a.4 500 in the middle of a healthy run: one alone does not count",
                play -> {
                  play.start("finish").untilWorking();
                  play.fault(Ask.EVENTS, 1, "\"do\":\"answer\",\"status\":500");
                  assertThat(play.look()).isInstanceOf(AgentSeen.class);
                })
            .only(Dialect.APP_V0, V0)
            .onlySimulated(NO_ORDERS),
        Row.of(
                "a.3 closed by others: an agent whose conversation was stopped waits",
                play -> {
                  play.start(LONG).untilWorking();
                  play.stage()
                      .post("/api/conversations/" + play.conversation().id() + "/stop", "{}");
                  assertThat(play.untilRest().status()).isEqualTo(PAUSED);
                })
            .only(Dialect.APP_V0, V0),
        Row.of(
                "a.3 closed by others: an agent that had finished has still finished",
                play -> {
                  play.start("finish").untilRest();
                  play.stage()
                      .post("/api/conversations/" + play.conversation().id() + "/stop", "{}");
                  assertThat(status(play)).isEqualTo(new Finished());
                })
            .only(Dialect.APP_V0, V0));
  }

  /// Lets the agent take its first step, of which everything has been read then.
  private static void working(Play play) {
    play.start(LONG).untilWorking();
    play.look();
  }

  private static void says(Play play, String rest) {
    play.stage()
        .fault(
            "/api/conversations/[0-9a-f]+",
            2,
            answer("{\"conversation_id\":\"%s\",%s}".formatted(play.conversation().id(), rest)));
  }

  private static String answer(String body) {
    return "\"do\":\"answer\",\"status\":200,\"body\":" + body;
  }

  private static AgentStatus status(Play play) {
    return ((AgentSeen) play.look()).look().status();
  }
}
