package dev.build0711.runner.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The token of a service account for one audience, as Google's services show it: an ID token
/// without the signature.
record Token(String email, String audience) {

  private static final String SCHEME = "Bearer unsigned.";

  /// The token that a queue or a job is told to show.
  static Token of(JsonNode oidcToken) {
    return new Token(
        oidcToken.path("service_account_email").asString(), oidcToken.path("audience").asString());
  }

  /// The token of a request, if it has one.
  static Optional<Token> in(@Nullable String authorization) {
    if (authorization == null || !authorization.startsWith(SCHEME)) {
      return Optional.empty();
    }
    byte[] claims = Base64.getUrlDecoder().decode(authorization.substring(SCHEME.length()));
    JsonNode json = JsonMapper.shared().readTree(claims);
    return Optional.of(new Token(json.path("email").asString(), json.path("aud").asString()));
  }

  /// The value of the header `Authorization`.
  String authorization() {
    String claims =
        JsonMapper.shared().createObjectNode().put("email", email).put("aud", audience).toString();
    return SCHEME + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(UTF_8));
  }
}
