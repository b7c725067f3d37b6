package dev.build0711.runner.openhands.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.openhands.events.Cursor.Ending;
import dev.build0711.runner.run.Reason;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

  private static final Instant NOW = Instant.parse("2026-11-22T06:00:00.123456Z");

  private final Cursor cursor =
      new Cursor(
          "event-9",
          "running leaf-3 yesterday",
          "chatcmpl-4",
          4,
          1,
          Ending.TEXT,
          Reason.LLM_QUOTA,
          true,
          true,
          2,
          "act-7",
          "Asks leave for: terminal {}",
          NOW);

  @Test
  void isReadAsItWasWritten() {
    assertThat(Cursor.parse(cursor.toString())).isEqualTo(cursor);
    assertThat(cursor.toString()).hasSizeLessThan(500);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "null", "17", "{}", "{\"ending\":\"WALTZ\"}", "[\"x\"]", "{\"last\""})
  void whatIsNoCursorIsLikeHavingReadNothing(String text) {
    assertThat(Cursor.parse(text)).isEqualTo(Cursor.begun(null));
  }

  @Test
  void aResumeForgetsOldErrorsAndBelievesNoOldStatus() {
    Cursor resumed = cursor.resumed(NOW.plusSeconds(5));

    assertThat(resumed.moved()).isFalse();
    assertThat(resumed.error()).isNull();
    assertThat(resumed.restart()).isFalse();
    assertThat(resumed.seen()).isNull();
    assertThat(resumed.proposal()).isNull();
    assertThat(resumed.last()).isEqualTo("event-9");
    assertThat(resumed.iterations()).isEqualTo(4);
    assertThat(resumed.workedAt()).isEqualTo(NOW.plusSeconds(5));
  }
}
