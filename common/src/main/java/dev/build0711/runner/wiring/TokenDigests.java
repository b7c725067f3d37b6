package dev.build0711.runner.wiring;

import dev.build0711.runner.config.ApiTokens;
import dev.build0711.runner.http.ApiToken;
import dev.build0711.runner.http.Scope;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The digests of the tokens that callers may show, kept for as long as the configured tokens stay
/// equal: they are asked for with every request, and change only when one is rotated. Safe for use
/// by many threads; two that notice a change at once both make the same digests.
final class TokenDigests implements Supplier<List<ApiToken>> {

  private final Supplier<List<ApiTokens.ApiToken>> tokens;
  private volatile Kept kept = Kept.of(List.of());

  /// @param tokens those that count now
  TokenDigests(Supplier<List<ApiTokens.ApiToken>> tokens) {
    this.tokens = tokens;
  }

  @Override
  public List<ApiToken> get() {
    List<ApiTokens.ApiToken> now = tokens.get();
    Kept last = kept;
    if (!last.tokens().equals(now)) {
      last = Kept.of(now);
      kept = last;
    }
    return last.digests();
  }

  /// Tokens and their digests; replaced as one, so that nobody sees the digests of other tokens.
  private record Kept(List<ApiTokens.ApiToken> tokens, List<ApiToken> digests) {

    static Kept of(List<ApiTokens.ApiToken> tokens) {
      return new Kept(
          List.copyOf(tokens),
          tokens.stream()
              .map(it -> ApiToken.of(it.token(), it.projects(), scopes(it.scopes())))
              .toList());
    }

    private static Set<Scope> scopes(Set<dev.build0711.runner.config.Scope> scopes) {
      return scopes.stream()
          .map(scope ->
              switch (scope) {
                case RUNS_READ -> Scope.RUNS_READ;
                case RUNS_WRITE -> Scope.RUNS_WRITE;
              })
          .collect(Collectors.toUnmodifiableSet());
    }
  }
}
