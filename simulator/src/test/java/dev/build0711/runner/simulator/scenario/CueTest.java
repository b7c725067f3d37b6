package dev.build0711.runner.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CueTest {

  @Test
  void theLastMarkerOfAPromptCounts() {
    assertThat(Cue.in("[[scenario: text]] no, [[scenario: Slow answer_ms=20 seconds=7]] please"))
        .contains(new Cue("slow", Map.of("answer_ms", "20", "seconds", "7")));
  }

  @Test
  void aPromptWithoutAMarkerHasNoCue() {
    assertThat(Cue.in("Write hello.txt [scenario: text]")).isEmpty();
  }

  @Test
  void whatIsNoParameterIsKeptSoThatItCanBeRefused() {
    assertThat(Cue.in("[[scenario: finish 5 tasks= =3]]"))
        .contains(new Cue("finish", Map.of("5", "", "tasks", "", "", "3")));
  }

  @Test
  void numbersAreHeldWithinTheirLimits() {
    Cue cue = Cue.in("[[scenario: finish tasks=5000 seconds=0.25 pr=none]]").orElseThrow();
    assertThat(cue.count("tasks", 4, 100)).isEqualTo(100);
    assertThat(cue.seconds("seconds", Duration.ZERO)).isEqualTo(Duration.ofMillis(250));
    assertThat(cue.text("pr", "x")).isEqualTo("none");
  }

  @Test
  void whatIsNoNumberIsTheDefault() {
    Cue cue = Cue.in("[[scenario: long steps=many seconds=NaN]]").orElseThrow();
    assertThat(cue.count("steps", 5, 9)).isEqualTo(5);
    assertThat(cue.seconds("seconds", Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
  }
}
