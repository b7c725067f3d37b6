package dev.build0711.runner.getrun;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.RunStore.Position;
import dev.build0711.runner.testing.Runs;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunCursorTest {

  private static final Position PLACE =
      new Position(Instant.parse("2026-11-22T05:00:00.123456Z"), Runs.ID);

  @Test
  void comesBackAsItWent() {
    assertThat(RunCursor.read(RunCursor.of(PLACE))).isEqualTo(PLACE);
  }

  @Test
  void anythingElseIsNone() {
    String cursor = RunCursor.of(PLACE);
    byte[] otherVersion = Base64.getUrlDecoder().decode(cursor);
    otherVersion[0] = 2;
    byte[] otherTime = Base64.getUrlDecoder().decode(cursor);
    otherTime[1] = 0x7f;

    for (String wrong :
        List.of(
            "",
            "1",
            "***",
            cursor + "A",
            cursor + "=",
            cursor.substring(1),
            Base64.getUrlEncoder().withoutPadding().encodeToString(otherVersion),
            Base64.getUrlEncoder().withoutPadding().encodeToString(otherTime))) {
      assertThat(RunCursor.read(wrong)).as(wrong).isNull();
    }
  }
}
