package dev.build0711.runner.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.build0711.runner.config.ApiTokens.ApiToken;
import dev.build0711.runner.port.Secrets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiTokensTest {

  private static final Set<Scope> ALL = Set.of(Scope.RUNS_READ, Scope.RUNS_WRITE);
  private static final Secrets KEPT =
      name -> name.contains("/many/") ? "one-of-two;projects=elm, two-of-two\n" : "alone\n";

  @Test
  void whatIsLeftOutIsNotRestricted() {
    assertThat(ApiTokens.of("plain-token").values(KEPT))
        .containsExactly(new ApiToken("plain-token", Set.of(), ALL));
  }

  @Test
  void projectsAndScopesRestrictAToken() {
    assertThat(ApiTokens.of("narrow;projects=elm|ash;scopes=runs:read, wide").values(KEPT))
        .containsExactly(
            new ApiToken("narrow", Set.of("elm", "ash"), Set.of(Scope.RUNS_READ)),
            new ApiToken("wide", Set.of(), ALL));
  }

  @Test
  void aReferenceAloneMayHoldAWholeList() {
    assertThat(ApiTokens.of("sm://projects/p/secrets/many").values(KEPT))
        .containsExactly(
            new ApiToken("one-of-two", Set.of("elm"), ALL),
            new ApiToken("two-of-two", Set.of(), ALL));
  }

  @Test
  void aRestrictedReferenceHoldsOneToken() {
    assertThat(ApiTokens.of("sm://projects/p/secrets/one;projects=oak").values(KEPT))
        .containsExactly(new ApiToken("alone", Set.of("oak"), ALL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token;scopes=",
        "token;projects=",
        "token;projects=|",
        "token;scopes=runs:delete",
        "token;project=elm",
        "two words",
        ";;"
      })
  void aRestrictionThatIsNotUnderstoodIsRefusedInsteadOfIgnored(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ApiTokens.of(text));
  }

  @Test
  void aTokenIsNeverPrinted() {
    ApiTokens tokens = ApiTokens.of("kanarienvogel;projects=elm");

    assertThat(tokens.toString()).doesNotContain("kanarien").contains("elm");
    assertThat(tokens.values(KEPT).toString()).doesNotContain("kanarien").contains("elm");
  }
}
