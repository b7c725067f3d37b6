package dev.build0711.runner.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapacityTest {

  @Test
  void placesAreDealtByWeight() {
    List<String> dealt =
        Capacity.deal(
            List.of(new Capacity("berlin", 3, 100, 0), new Capacity("oslo", 1, 100, 0)), 40);

    assertThat(Collections.frequency(dealt, "berlin")).isEqualTo(30);
    assertThat(Collections.frequency(dealt, "oslo")).isEqualTo(10);
    assertThat(dealt.subList(0, 4)).contains("oslo");
  }

  @Test
  void whatIsHeldCounts() {
    assertThat(
            Capacity.deal(
                List.of(new Capacity("berlin", 1, 9, 4), new Capacity("oslo", 1, 9, 1)), 4))
        .containsExactly("oslo", "oslo", "oslo", "berlin");
  }

  @Test
  void noBackendGetsMoreThanItHasPlacesFor() {
    assertThat(
            Capacity.deal(
                List.of(
                    new Capacity("berlin", 9, 2, 0),
                    new Capacity("oslo", 1, 5, 7),
                    new Capacity("rome", 1, 1, 0)),
                50))
        .containsExactly("berlin", "berlin", "rome");
  }
}
