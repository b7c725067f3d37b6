package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Dialect;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// What the runner makes of the answers that a server may give to what must not be done twice.
final class AnswerRows {

  private static final String NO_ORDERS = "a real server cannot be ordered to answer so";
  private static final int ALL = 20;
  private static final String ERROR = "BackendSilent backend_error";
  private static final String UNREACHABLE = "BackendSilent backend_unreachable";
  private static final String UNAUTHORIZED = "BackendSilent backend_unauthorized";
  private static final String ODD = "BackendSilent backend_bad_answer";
  private static final String REFUSED = "MessageRefused";
  private static final String UNCLEAR = "MessageUnclear";
  private static final String MISSING = "ConversationMissing";
  private static final String FULL = "BackendFull";
  private static final String NO_START = "StartRefused start_refused";
  private static final String START_UNCLEAR = "StartUnclear";
  private static final String STOPPED = "StopTaken";
  private static final String RESUMED = "AgentResumed";
  private static final String HANG_UP = "\"do\":\"hang_up\"";
  private static final String HALF = "\"do\":\"truncate\"";
  private static final String GARBAGE = "\"do\":\"garbage\"";

  private AnswerRows() {}

  /// What follows, by dialect: agent-server, V1, V0.
  private record Then(String c, String b, String a) {

    static Then all(String word) {
      return new Then(word, word, word);
    }

    String in(Dialect dialect) {
      return switch (dialect) {
        case AGENT_SERVER -> c;
        case APP_V1 -> b;
        case APP_V0 -> a;
      };
    }
  }

  static final List<Row> ROWS =
      Stream.of(tells(), starts(), stops(), resumes(), events()).flatMap(List::stream).toList();

  private static List<Row> tells() {
    return List.of(
        told("400", status(400), new Then(REFUSED, REFUSED, ODD)),
        told("401", status(401), Then.all(UNAUTHORIZED)),
        told("403", status(403), Then.all(UNAUTHORIZED)),
        told("404", status(404), new Then(MISSING, MISSING, UNCLEAR)),
        told("409", status(409), new Then(ODD, UNCLEAR, ODD)),
        told("410", status(410), new Then(ODD, MISSING, ODD)),
        told("413", status(413), Then.all(REFUSED)),
        told("422", status(422), Then.all(REFUSED)),
        told("429", status(429), new Then(FULL, ERROR, ERROR)),
        told("500", status(500), Then.all(UNCLEAR)),
        told("502", status(502), Then.all(UNCLEAR)),
        told("503", status(503), new Then(ERROR, ERROR, UNCLEAR)),
        told("504", status(504), Then.all(UNCLEAR)),
        told("500 by a page", page(500), Then.all(UNCLEAR)),
        told("502 by a page", page(502), Then.all(UNCLEAR)),
        told("404 by a page", page(404), new Then(ODD, ODD, UNCLEAR)),
        told("by a login page", page(200), Then.all(UNCLEAR)),
        told("with a redirect", status(302), Then.all(ODD)),
        told("with no JSON", GARBAGE, Then.all(UNCLEAR)),
        told("by a hang-up", HANG_UP, Then.all(UNCLEAR)),
        told("by half an answer", HALF, Then.all(UNCLEAR)));
  }

  private static Row told(String how, String fault, Then then) {
    return answered(
        "c.9 message answered " + how,
        Ask.TELL,
        fault,
        then,
        play -> play.start("text").untilRest(),
        play -> play.tell("go on", null));
  }

  private static List<Row> starts() {
    return List.of(
        started("400", status(400), Then.all(NO_START)),
        started("401", status(401), Then.all(UNAUTHORIZED)),
        started("403", status(403), Then.all(UNAUTHORIZED)),
        started("404", status(404), Then.all(ODD)),
        started("405", status(405), Then.all(ODD)),
        started("409", status(409), new Then(ERROR, ODD, ODD)),
        started("413", status(413), Then.all(NO_START)),
        started("422", status(422), Then.all(NO_START)),
        started("429", status(429), new Then(FULL, ERROR, ERROR)),
        started("500", status(500), new Then(ERROR, ERROR, START_UNCLEAR)),
        started("502", status(502), Then.all(START_UNCLEAR)),
        started("503", status(503), Then.all(ERROR)),
        started("504", status(504), Then.all(START_UNCLEAR)),
        started("502 by a page", page(502), Then.all(START_UNCLEAR)),
        started("by a hang-up", HANG_UP, Then.all(START_UNCLEAR)),
        started("by half an answer", HALF, Then.all(START_UNCLEAR)),
        started("with a redirect", status(302), Then.all(ODD)),
        started(
            "that the model's key is missing",
            "\"do\":\"answer\",\"status\":400,\"body\":{\"msg_id\":\"STATUS$ERROR_LLM_AUTHENTICATION\"}",
            new Then(NO_START, NO_START, "StartRefused llm_authentication")),
        started(
            "that there are no settings",
            "\"do\":\"answer\",\"status\":400,\"body\":{\"msg_id\":\"CONFIGURATION$SETTINGS_NOT_FOUND\"}",
            Then.all(NO_START)),
        started(
            "that the git host lets nobody in",
            "\"do\":\"answer\",\"status\":401,\"type\":\"application/json\",\"body\":\"\\\"No login\\\"\"",
            new Then(UNAUTHORIZED, UNAUTHORIZED, "StartRefused clone_failed")));
  }

  private static Row started(String how, String fault, Then then) {
    return answered(
        "c.9 start answered " + how,
        Ask.START,
        fault,
        then,
        _ -> {},
        play -> play.tryStart(play.order("text", AgentOptions.NONE)));
  }

  private static List<Row> stops() {
    return List.of(
        stopped("400", status(400), new Then(MISSING, STOPPED, ODD)),
        stopped("403", status(403), new Then(UNAUTHORIZED, STOPPED, UNAUTHORIZED)),
        stopped("500", status(500), new Then(ERROR, STOPPED, ERROR)),
        stopped("503", status(503), new Then(ERROR, STOPPED, ERROR)),
        stopped("by a hang-up", HANG_UP, new Then(UNREACHABLE, STOPPED, UNREACHABLE)),
        quiet(404),
        quiet(405).cannot(Dialect.APP_V0, "an order to stop is an event, which it always takes"));
  }

  private static Row stopped(String how, String fault, Then then) {
    return answered(
        "c.6 stop answered " + how,
        Ask.STOP,
        fault,
        then,
        play -> play.start("long steps=50 seconds=2").untilWorking(),
        Play::stop);
  }

  private static Row quiet(int status) {
    return Row.of(
            "c.6 stop answered %d: there is another way, and the agent does not go on"
                .formatted(status),
            play -> {
              play.start("long steps=50 seconds=2").untilWorking();
              play.fault(Ask.STOP, ALL, status(status));
              play.stop();
              play.mend();
              assertThat(play.seen().getLast()).isEqualTo(STOPPED);
              play.until(
                  "an agent that stands still",
                  look ->
                      !(look.status() instanceof AgentStatus.Working)
                          && !(look.status() instanceof AgentStatus.Finished));
            })
        .onlySimulated(NO_ORDERS);
  }

  private static List<Row> resumes() {
    return Stream.of(
            resumed("404", status(404), Then.all(MISSING)),
            resumed("409", status(409), Then.all(RESUMED)),
            resumed("429", status(429), new Then(FULL, ERROR, "")),
            resumed("403", status(403), Then.all(UNAUTHORIZED)),
            resumed("500", status(500), Then.all(ERROR)),
            resumed("by a hang-up", HANG_UP, Then.all(UNREACHABLE)))
        .map(row -> row.cannot(Dialect.APP_V0, "an agent that has its runtime needs no order"))
        .toList();
  }

  private static Row resumed(String how, String fault, Then then) {
    return answered(
        "c.6 run answered " + how,
        Ask.RESUME,
        fault,
        then,
        play -> play.start("error llm=500 times=1").untilRest(),
        Play::resume);
  }

  private static List<Row> events() {
    return List.of(
        read("404", status(404), new Then(MISSING, ODD, MISSING)),
        read("500", status(500), new Then("", ERROR, ERROR)),
        read("403", status(403), new Then("", UNAUTHORIZED, UNAUTHORIZED)),
        read("with no JSON", GARBAGE, new Then("", ODD, ODD)),
        read("by a hang-up", HANG_UP, new Then("", UNREACHABLE, UNREACHABLE)));
  }

  /// An agent-server tells the status without its events.
  private static Row read(String how, String fault, Then then) {
    return answered(
        "c.5 events answered " + how,
        Ask.EVENTS,
        fault,
        new Then(
            then.c().isEmpty() ? new AgentStatus.Working().toString() : then.c(),
            then.b(),
            then.a()),
        play -> {
          play.start("long steps=50 seconds=2").untilWorking();
          play.stage().pass(Play.LIMIT);
        },
        Play::look);
  }

  private static Row answered(
      String name, Ask ask, String fault, Then then, Consumer<Play> before, Consumer<Play> act) {
    return Row.of(
            name + ": what it may have done is neither believed nor done again",
            play -> {
              before.accept(play);
              play.fault(ask, ALL, fault);
              act.accept(play);
              assertThat(play.seen().getLast()).isEqualTo(then.in(play.stage().dialect()));
            })
        .onlySimulated(NO_ORDERS);
  }

  private static String status(int status) {
    return "\"do\":\"answer\",\"status\":%d,\"body\":{\"detail\":\"so\"}".formatted(status);
  }

  private static String page(int status) {
    return "\"do\":\"answer\",\"status\":%d,\"type\":\"text/html\",\"body\":\"<html>so</html>\""
        .formatted(status);
  }
}
