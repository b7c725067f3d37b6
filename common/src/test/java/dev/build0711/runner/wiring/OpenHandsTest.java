package dev.build0711.runner.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.Dialect;
import org.junit.jupiter.api.Test;

class OpenHandsTest {

  @Test
  void aServerThatTakesNoNewRunsHasRoomForThoseThatItHas() {
    assertThat(OpenHands.room(Dialect.APP_V0, 0)).isEqualTo(3);
    assertThat(OpenHands.room(Dialect.APP_V1, 0)).isEqualTo(5);
    assertThat(OpenHands.room(Dialect.APP_V0, null)).isEqualTo(3);
    assertThat(OpenHands.room(Dialect.APP_V1, 7)).isEqualTo(7);
  }
}
