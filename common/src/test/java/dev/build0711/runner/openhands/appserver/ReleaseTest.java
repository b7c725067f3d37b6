package dev.build0711.runner.openhands.appserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class ReleaseTest {

  private static Release release(String version, String paths) {
    return Objects.requireNonNull(
        Release.of(
            new JsonMapper()
                .readTree(
                    "{\"info\":{\"version\":\"%s\"},\"paths\":{\"/api/v1/app-conversations\":{}%s}}"
                        .formatted(version, paths))));
  }

  @ParameterizedTest
  @CsvSource({
    "0.60.0, false, false",
    "0.62.0, false, false",
    "1.0.0, true, false",
    "1.6.0, true, false",
    "1.7.0, true, true",
    "1.11.0, true, true",
    "2.0.0, true, true",
    "1.7, true, true"
  })
  void theVersionTellsWhatAStartMayName(String version, boolean ids, boolean profiles) {
    Release release = release(version, "");

    assertThat(release.choosesIds()).isEqualTo(ids);
    assertThat(release.agentProfiles()).isEqualTo(profiles);
    assertThat(release.version()).isEqualTo(version);
  }

  @Test
  void thePathsTellTheRest() {
    Release first = release("1.1.0", ",\"/api/v1/events/search\":{}");
    Release newest =
        release("1.11.0", ",\"/api/v1/app-conversations/{conversation_id}/send-message\":{}");

    assertThat(first.events("abc")).isEqualTo("/api/v1/events/search?conversation_id__eq=abc&");
    assertThat(newest.events("abc")).isEqualTo("/api/v1/conversation/abc/events/search?");
    assertThat(first.sendsMessages()).isFalse();
    assertThat(newest.sendsMessages()).isTrue();
  }

  @Test
  void anotherServerIsNone() {
    assertThat(Release.of(new JsonMapper().readTree("{\"paths\":{\"/api/conversations\":{}}}")))
        .isNull();
  }
}
