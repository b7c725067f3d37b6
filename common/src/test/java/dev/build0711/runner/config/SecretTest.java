package dev.build0711.runner.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.build0711.runner.port.Secrets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {

  private static final Secrets NOBODY =
      name -> {
        throw new AssertionError("nobody may be asked for " + name);
      };
  private static final Secrets KEPT =
      name ->
          Map.of(
                  "projects/oaks/secrets/hook/versions/latest", "old-hook, new-hook\n",
                  "projects/oaks/secrets/key/versions/7", "key-of-oaks\n")
              .getOrDefault(name, "?");

  @Test
  void printsNothingOfItsValue() {
    assertThat(Secret.of("kanarienvogel")).hasToString("***");
    assertThat(Secret.of("sm://projects/oaks/secrets/key")).hasToString("***");
    assertThat(List.of(Secret.of("kanarienvogel")).toString()).doesNotContain("kanarien");
  }

  @Test
  void aLiteralIsItsOwnValueAndAsksNobody() {
    assertThat(Secret.of("kanarienvogel").value(NOBODY)).isEqualTo("kanarienvogel");
  }

  @Test
  void aReferenceIsReadByItsVersionOrTheLatest() {
    assertThat(Secret.of("sm://projects/oaks/secrets/key/versions/7").value(KEPT))
        .isEqualTo("key-of-oaks");
    assertThat(Secret.of("sm://projects/oaks/secrets/hook").reference())
        .contains("projects/oaks/secrets/hook/versions/latest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sm://",
        "sm://key",
        "sm://projects/oaks/key",
        "sm://projects/oaks/secrets/key/versions/",
        "sm://projects/oaks/secrets/key/versions/7/more",
        "sm://projects/oaks/secrets/../key"
      })
  void whatBeginsLikeAReferenceAndIsNoneIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Secret.of(text))
        .withMessageNotContaining("oaks");
  }

  @Test
  void secretsAreEqualByValueAndKind() {
    assertThat(Secret.of("elm")).isEqualTo(Secret.of("elm")).isNotEqualTo(Secret.of("ash"));
    assertThat(Secret.of("sm://projects/a/secrets/b"))
        .isEqualTo(Secret.of("sm://projects/a/secrets/b/versions/latest"))
        .isNotEqualTo(Secret.of("projects/a/secrets/b/versions/latest"));
  }

  @Test
  void aReferenceInAListMayHoldAListItself() {
    SecretList list = SecretList.of("first, sm://projects/oaks/secrets/hook ,last,");

    assertThat(list.values(KEPT)).containsExactly("first", "old-hook", "new-hook", "last");
  }
}
