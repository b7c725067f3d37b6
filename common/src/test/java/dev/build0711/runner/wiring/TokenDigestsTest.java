package dev.build0711.runner.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.config.ApiTokens;
import dev.build0711.runner.config.Scope;
import dev.build0711.runner.http.ApiToken;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenDigestsTest {

  private List<ApiTokens.ApiToken> configured = List.of(token("token-of-berlin", "elm"));
  private final TokenDigests digests = new TokenDigests(() -> configured);

  @Test
  void tokensThatStayEqualAreDigestedOnce() {
    List<ApiToken> first = digests.get();

    configured = List.of(token("token-of-berlin", "elm"));

    assertThat(digests.get()).isSameAs(first);
    assertThat(first).containsExactly(digest("token-of-berlin", "elm"));
  }

  @Test
  void aRotatedTokenCountsAtOnceAndTheOldOneUntilItIsTakenAway() {
    digests.get();

    configured = List.of(token("token-of-berlin", "elm"), token("token-of-paris", "elm"));
    assertThat(digests.get())
        .containsExactly(digest("token-of-berlin", "elm"), digest("token-of-paris", "elm"));

    configured = List.of(token("token-of-paris", "elm"));
    assertThat(digests.get()).containsExactly(digest("token-of-paris", "elm"));

    configured = List.of();
    assertThat(digests.get()).isEmpty();
  }

  @Test
  void aTokenWhoseRightsAloneHaveChangedHasTheNewOnes() {
    digests.get();

    configured = List.of(token("token-of-berlin", "oak"));

    assertThat(digests.get()).containsExactly(digest("token-of-berlin", "oak"));
  }

  private static ApiTokens.ApiToken token(String text, String project) {
    return new ApiTokens.ApiToken(text, Set.of(project), Set.of(Scope.RUNS_READ));
  }

  private static ApiToken digest(String text, String project) {
    return ApiToken.of(text, Set.of(project), Set.of(dev.build0711.runner.http.Scope.RUNS_READ));
  }
}
