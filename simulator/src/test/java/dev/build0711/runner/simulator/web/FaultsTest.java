package dev.build0711.runner.simulator.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.simulator.VirtualClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.StringNode;

class FaultsTest {

  private final VirtualClock clock = new VirtualClock();
  private final Faults faults = new Faults(clock, new SplittableRandom(7));
  private final List<String> carriedOut = new ArrayList<>();

  @Test
  void withoutRulesEverythingIsCarriedOut() {
    assertThat(status(ask("GET", "/alive"))).isEqualTo(200);
    assertThat(carriedOut).containsExactly("GET /alive");
  }

  @Test
  void aRuleMeetsOnlyItsMethodAndPath() {
    faults.set(
        """
        [{"do":"answer","method":"GET","path":"/api/conversations/[^/]+"}]\
        """);
    assertThat(status(ask("GET", "/api/conversations/7"))).isEqualTo(500);
    assertThat(status(ask("GET", "/api/conversations/7/events"))).isEqualTo(200);
    assertThat(status(ask("POST", "/api/conversations/7"))).isEqualTo(200);
  }

  @Test
  void aRuleLetsSomeThroughAndThenMeetsSoMany() {
    faults.set("[{\"name\":\"flap\",\"do\":\"answer\",\"after\":2,\"times\":3}]");
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      statuses.add(status(ask("GET", "/alive")));
    }
    assertThat(statuses).containsExactly(200, 200, 500, 500, 500, 200, 200);
    assertThat(faults.fired()).isEqualTo(Map.of("flap", 3));
    assertThat(faults.counts().toString())
        .isEqualTo("[{\"name\":\"flap\",\"matched\":7,\"fired\":3}]");
  }

  @Test
  void whichRequestsAreMetFollowsFromTheSeed() {
    assertThat(met(7)).isEqualTo(met(7)).isNotEqualTo(met(8)).hasSizeBetween(200, 400);
  }

  @Test
  void theFirstRuleThatMeetsARequestCounts() {
    faults.set(
        "[{\"do\":\"answer\",\"status\":503,\"times\":1},{\"do\":\"answer\",\"status\":502}]");
    assertThat(status(ask("GET", "/alive"))).isEqualTo(503);
    assertThat(status(ask("GET", "/alive"))).isEqualTo(502);
  }

  @ParameterizedTest
  @CsvSource({"answer, true", "answer, false", "hang_up, true", "hang_up, false"})
  void whatIsNotAnsweredRightMayHaveTakenEffect(String what, boolean effect) {
    faults.set("[{\"do\":\"" + what + "\",\"effect\":" + effect + "}]");
    ask("POST", "/api/conversations");
    assertThat(carriedOut).hasSize(effect ? 1 : 0);
  }

  @Test
  void aDelayedRequestTakesEffectAtOnce() {
    faults.set("[{\"do\":\"delay\",\"seconds\":90}]");
    Reply reply = ask("POST", "/api/conversations");
    assertThat(carriedOut).hasSize(1);
    assertThat(reply)
        .isInstanceOfSatisfying(
            Reply.Answer.class,
            answer -> assertThat(answer.notBefore()).contains(clock.instant().plusSeconds(90)));
  }

  @Test
  void aDeafServerAnswersEverythingAtTheEnd() {
    faults.set("[{\"do\":\"deaf\",\"seconds\":5,\"times\":1}]");
    assertThat(ask("GET", "/api/settings"))
        .isInstanceOfSatisfying(
            Reply.Cut.class,
            cut -> {
              assertThat(cut.answer().status()).isEqualTo(500);
              assertThat(cut.answer().headers()).containsEntry("Connection", "close");
            });
    clock.advance(Duration.ofSeconds(2));
    assertThat(notBefore(ask("GET", "/alive"))).contains(clock.instant().plusSeconds(3));
    clock.advance(Duration.ofSeconds(3));
    assertThat(notBefore(ask("GET", "/alive"))).isEmpty();
  }

  @Test
  void anAnswerMayBeAnythingAProxySays() {
    faults.set(
        """
        [{"do":"answer","status":302,"headers":{"Location":"https://login.example/"},"times":1},
         {"do":"answer","status":429,"headers":{"Retry-After":"7"},"body":{"message":"slow"},"times":1},
         {"do":"answer","status":200,"type":"text/html","body":"<html>Sign in</html>"}]\
        """);
    assertThat(((Reply.Answer) ask("GET", "/")).headers())
        .containsEntry("Location", "https://login.example/");
    Reply.Answer limited = (Reply.Answer) ask("GET", "/");
    assertThat(limited.headers()).containsEntry("Retry-After", "7");
    assertThat(limited.mediaType()).isEqualTo("application/json");
    assertThat(limited.body()).isEqualTo("{\"message\":\"slow\"}");
    assertThat(((Reply.Answer) ask("GET", "/")).mediaType()).isEqualTo("text/html");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|not a list",
        "[{}]|rule 1: unknown or missing \"do\"",
        "[{\"do\":\"garbage\"},{\"do\":\"garbage\",\"path\":\"(\"}]|rule 2: Unclosed group",
        "[{\"do\":\"answer\",\"status\":99}]|rule 1: no status of an answer",
        "[|not JSON"
      })
  void whatIsNoListOfRulesIsSaid(String text, String problem) {
    assertThatThrownBy(() -> faults.set(text)).hasMessageStartingWith(problem);
  }

  @Test
  void clearingTakesRulesAndDeafnessAway() {
    faults.set("[{\"do\":\"deaf\",\"seconds\":500}]");
    ask("GET", "/alive");
    faults.clear();
    assertThat(notBefore(ask("GET", "/alive"))).isEmpty();
  }

  private List<Integer> met(long seed) {
    Faults some = new Faults(clock, new SplittableRandom(seed));
    some.set("[{\"do\":\"answer\",\"probability\":0.3}]");
    List<Integer> met = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      if (status(some.answer(request("GET", "/alive"), _ -> ok())) == 500) {
        met.add(i);
      }
    }
    return met;
  }

  private Reply ask(String method, String path) {
    return faults.answer(
        request(method, path),
        request -> {
          carriedOut.add(request.method() + " " + request.path());
          return ok();
        });
  }

  private static Reply ok() {
    return Reply.json(200, StringNode.valueOf("OK"));
  }

  private static Request request(String method, String path) {
    return new Request(method, URI.create(path), Map.of(), new byte[0]);
  }

  private static int status(Reply reply) {
    return ((Reply.Answer) reply).status();
  }

  private static Optional<Instant> notBefore(Reply reply) {
    return ((Reply.Answer) reply).notBefore();
  }
}
