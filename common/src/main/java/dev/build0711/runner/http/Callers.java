package dev.build0711.runner.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Tells callers by their bearer tokens (RFC 6750). Digests are compared in constant time, and all
/// of them, so that the time of an answer says nothing about the tokens there are.
public final class Callers {

  private static final String SCHEME = "Bearer ";

  private final boolean enabled;
  private final Supplier<List<ApiToken>> tokens;

  private Callers(boolean enabled, Supplier<List<ApiToken>> tokens) {
    this.enabled = enabled;
    this.tokens = tokens;
  }

  /// Only those who show one of the tokens.
  public static Callers holding(List<ApiToken> tokens) {
    List<ApiToken> all = List.copyOf(tokens);
    return new Callers(true, () -> all);
  }

  /// Only those who show one of the tokens that count now; asked for at every call, so that they
  /// can be rotated.
  public static Callers holding(Supplier<List<ApiToken>> tokens) {
    return new Callers(true, tokens);
  }

  /// Everybody may do everything; for a server that only its own machine can reach.
  public static Callers everybody() {
    return new Callers(false, List::of);
  }

  /// @param authorization the values of the header `Authorization`
  /// @throws ProblemException `unauthorized` unless exactly one known token was shown
  Caller identify(List<String> authorization) {
    if (!enabled) {
      return Caller.ANYBODY;
    }
    ApiToken token = authorization.size() == 1 ? find(authorization.getFirst()) : null;
    if (token == null) {
      throw new ProblemException(
          ProblemType.UNAUTHORIZED,
          authorization.stream().noneMatch(Callers::isBearer)
              ? "Send the header Authorization: Bearer <token>."
              : "The token is not known.");
    }
    return new Caller(token.projects(), token.scopes());
  }

  private @Nullable ApiToken find(String header) {
    if (!isBearer(header)) {
      return null;
    }
    byte[] shown = bytes(Sha256.hex(header.substring(SCHEME.length()).strip()));
    ApiToken found = null;
    for (ApiToken token : tokens.get()) {
      if (MessageDigest.isEqual(shown, bytes(token.sha256()))) {
        found = token;
      }
    }
    return found;
  }

  private static boolean isBearer(String header) {
    return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  private static byte[] bytes(String hex) {
    return hex.getBytes(StandardCharsets.US_ASCII);
  }
}
