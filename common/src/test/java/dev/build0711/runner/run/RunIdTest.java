package dev.build0711.runner.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RunIdTest {

  @Test
  void isWrittenAsItWasRead() {
    String text = "run_01jxt21q00f9k8z8zhwrb15266";

    assertThat(RunId.parse(text)).hasToString(text);
    assertThat(new RunId(new UUID(-1, -1))).hasToString("run_7zzzzzzzzzzzzzzzzzzzzzzzzz");
  }

  @Test
  void isAVersion7UuidOfItsMillisecond() {
    Instant now = Instant.parse("2026-11-22T05:00:00.123Z");

    UUID value = RunId.create(now, new Random(1)).value();

    assertThat(value.version()).isEqualTo(7);
    assertThat(value.variant()).isEqualTo(2);
    assertThat(value.getMostSignificantBits() >>> 16).isEqualTo(now.toEpochMilli());
    assertThat(new RunId(value).createdAt()).isEqualTo(now);
  }

  @Test
  void sortsByItsMillisecond() {
    Instant now = Instant.parse("2026-11-22T05:00:00.123Z");

    assertThat(RunId.create(now, new Random(1)))
        .isLessThan(RunId.create(now.plusMillis(1), new Random(2)));
  }

  @Test
  void refusesEverythingElse() {
    for (String wrong :
        new String[] {
          "",
          "run_",
          "01jxt21q00f9k8z8zhwrb15266",
          "run_01JXT21Q00F9K8Z8ZHWRB15266",
          "run_81jxt21q00f9k8z8zhwrb15266",
          "run_01jxt21q00f9k8z8zhwrb1526l",
          "run_01jxt21q00f9k8z8zhwrb152666"
        }) {
      assertThatThrownBy(() -> RunId.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
