package dev.build0711.runner.run;

import static dev.build0711.runner.testing.Runs.ID;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkerTest {

  private static final RunId OTHER = RunId.parse("run_01jxt21q00f9k8z8zhwrb15267");
  private static final Marker OURS = new Marker(() -> "a key of the tests");
  private static final Marker FORGED = new Marker(() -> "a key that somebody guessed");

  /// Signed by `openssl dgst -sha256 -hmac 'a key of the tests'`.
  @Test
  void isAComment() {
    assertThat(OURS.of(ID))
        .isEqualTo("<!-- run:" + ID + " sig:f80de778dfdb736f5f241e5b0d1b5de6 -->");
  }

  @Test
  void namesItsRunWhereverItStands() {
    assertThat(OURS.find("Fixes the cart.\n\n" + OURS.of(ID) + "\nBye")).contains(ID);
    assertThat(OURS.find("Fixes the cart.")).isEmpty();
  }

  @Test
  void countsOnlyWithARightSignature() {
    assertThat(OURS.find(FORGED.of(ID))).isEmpty();
    assertThat(OURS.find(FORGED.of(OTHER) + OURS.of(ID) + OURS.of(OTHER))).contains(ID);
  }

  @Test
  void isLookedForAmongTwenty() {
    assertThat(OURS.find(FORGED.of(OTHER).repeat(19) + OURS.of(ID))).contains(ID);
    assertThat(OURS.find(FORGED.of(OTHER).repeat(20) + OURS.of(ID))).isEmpty();
  }
}
