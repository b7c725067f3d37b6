package dev.build0711.runner.openhands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.build0711.runner.openhands.ConfiguredBackends.Configured;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.Backends.Terms;
import dev.build0711.runner.run.Dialect;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConfiguredBackendsTest {

  private static final AgentBackend BERLIN = backend("berlin");
  private static final AgentBackend OSLO = backend("oslo");

  private static AgentBackend backend(String name) {
    AgentBackend backend = mock(AgentBackend.class);
    when(backend.name()).thenReturn(name);
    return backend;
  }

  @Test
  void backendsAreFoundByNameWhetherTheyTakeNewRunsOrNot() {
    var backends =
        new ConfiguredBackends(List.of(configured(BERLIN, null, true), configured(OSLO, 0, false)));

    assertThat(backends.named("berlin")).containsSame(BERLIN);
    assertThat(backends.named("paris")).isEmpty();
    assertThat(backends.all()).containsExactly(BERLIN, OSLO);
    assertThat(backends.terms()).extracting(Terms::name).containsExactly("berlin", "oslo");
  }

  @Test
  void aServerWithoutALimitGetsWhatItsKindTakesByDefault() {
    var unknown = new Terms("oslo", 1, null, false, null);

    assertThat(unknown.places(Dialect.AGENT_SERVER)).isEqualTo(10);
    assertThat(unknown.places(Dialect.APP_V1)).isEqualTo(5);
    assertThat(unknown.places(Dialect.APP_V0)).isEqualTo(3);
    assertThat(unknown.places(null)).isEqualTo(3);
    assertThat(new Terms("oslo", 1, null, false, Dialect.APP_V1).places(Dialect.AGENT_SERVER))
        .isEqualTo(5);
  }

  @Test
  void theConfigurationLimitsWhatAServerGetsAndDrainingEndsIt() {
    assertThat(new Terms("oslo", 1, 70, false, null).places(Dialect.AGENT_SERVER)).isEqualTo(70);
    assertThat(new Terms("oslo", 1, 0, false, null).places(Dialect.AGENT_SERVER)).isZero();
    assertThat(new Terms("oslo", 1, 70, true, null).places(Dialect.AGENT_SERVER)).isZero();
  }

  @Test
  void namesAreUniqueAndNumbersInTheirRange() {
    assertThatThrownBy(() ->
            new ConfiguredBackends(
                List.of(configured(OSLO, null, false), configured(OSLO, null, false))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Terms("oslo", 0, null, false, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Terms("oslo", 1, -1, false, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Configured configured(AgentBackend backend, @Nullable Integer max, boolean drain) {
    return new Configured(backend, new Terms(backend.name(), 1, max, drain, null));
  }
}
