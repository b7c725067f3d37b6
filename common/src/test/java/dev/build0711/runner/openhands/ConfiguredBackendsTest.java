package dev.build0711.runner.openhands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.build0711.runner.openhands.ConfiguredBackends.Configured;
import dev.build0711.runner.port.AgentBackend;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfiguredBackendsTest {

  private static final AgentBackend BERLIN = backend("berlin");
  private static final AgentBackend OSLO = backend("oslo");
  private static final AgentBackend ROME = backend("rome");

  private static AgentBackend backend(String name) {
    AgentBackend backend = mock(AgentBackend.class);
    when(backend.name()).thenReturn(name);
    return backend;
  }

  @Test
  void newRunsAreDealtByWeight() {
    ConfiguredBackends backends =
        new ConfiguredBackends(
            List.of(new Configured(BERLIN, 3, null, false), new Configured(OSLO, 1, 5, false)),
            new Random(7));

    Map<String, Long> dealt =
        IntStream.range(0, 4000)
            .mapToObj(_ -> backends.choose().orElseThrow().name())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

    assertThat(dealt.get("berlin")).isBetween(2900L, 3100L);
    assertThat(dealt.get("oslo")).isBetween(900L, 1100L);
  }

  @Test
  void drainingAndClosedBackendsGetNoNewRunsButAreFound() {
    ConfiguredBackends backends =
        new ConfiguredBackends(
            List.of(
                new Configured(BERLIN, 1, null, true),
                new Configured(OSLO, 1, 0, false),
                new Configured(ROME, 1, 1, false)),
            new Random(7));

    assertThat(IntStream.range(0, 50).mapToObj(_ -> backends.choose().orElseThrow()))
        .containsOnly(ROME);
    assertThat(backends.named("berlin")).containsSame(BERLIN);
    assertThat(backends.named("paris")).isEmpty();
    assertThat(backends.all()).containsExactly(BERLIN, OSLO, ROME);
  }

  @Test
  void noBackendIsChosenWhereNoneTakesNewRuns() {
    assertThat(new ConfiguredBackends(List.of(), new Random(7)).choose()).isEmpty();
    assertThat(
            new ConfiguredBackends(List.of(new Configured(OSLO, 1, 0, false)), new Random(7))
                .choose())
        .isEmpty();
  }

  @Test
  void namesAreUniqueAndWeightsPositive() {
    assertThatThrownBy(() ->
            new ConfiguredBackends(
                List.of(new Configured(OSLO, 1, null, false), new Configured(OSLO, 1, null, false)),
                new Random(7)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Configured(OSLO, 0, null, false))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
