package dev.build0711.runner.openhands.appserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.openhands.events.Cursor;
import dev.build0711.runner.run.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryTest {

  private static final Instant NOW = Instant.parse("2026-11-22T06:00:00.123456Z");

  private final Memory memory =
      new Memory(
          "task-7",
          "WORKING",
          Cursor.begun(NOW).awaiting(1),
          "40",
          List.of("1f", "2e"),
          "running",
          "finished",
          NOW,
          NOW,
          20,
          new Usage(new BigDecimal("0.5"), 600, 60, 1, 2, 3),
          "https://git.example.com/acme/widgets/pull/");

  @Test
  void isReadAsItWasWritten() {
    assertThat(Memory.parse(memory.toString())).isEqualTo(memory);
  }

  @Test
  void staysSmall() {
    Memory full =
        new Memory(
            null,
            null,
            Cursor.begun(NOW),
            "40",
            Collections.nCopies(80, "deadbeef"),
            null,
            null,
            null,
            null,
            null,
            Usage.NONE,
            null);

    assertThat(full.toString()).hasSizeLessThan(2000);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "null",
        "17",
        "{}",
        "[\"x\"]",
        "{\"task\"",
        "{\"events\":{}}",
        "{\"known\":[null]}"
      })
  void whatIsNoMemoryIsLikeHavingReadNothing(String text) {
    assertThat(Memory.parse(text)).isEqualTo(Memory.begun(null, null, null));
  }

  @Test
  void afterAMessageItIsWaitedForAndNoOldStatusIsBelieved() {
    Memory told = memory.told(NOW.plusSeconds(5));

    assertThat(told.told()).isNull();
    assertThat(told.word()).isNull();
    assertThat(told.events().awaited()).isEqualTo(2);
    assertThat(told.good()).isEqualTo(NOW.plusSeconds(5));
    assertThat(told.known()).isEqualTo(memory.known());
  }
}
