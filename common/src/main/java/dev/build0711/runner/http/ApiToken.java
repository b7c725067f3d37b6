package dev.build0711.runner.http;

import java.util.Set;

/// A bearer token, known by its digest only.
///
/// @param sha256 the SHA-256 of the token's UTF-8 bytes, in lower-case hex
/// @param projects the projects it may be used for; empty is all
/// @param scopes what it may be used for; empty is everything
public record ApiToken(String sha256, Set<String> projects, Set<Scope> scopes) {

  public ApiToken {
    projects = Set.copyOf(projects);
    scopes = Set.copyOf(scopes);
  }

  /// The token of that text.
  public static ApiToken of(String token, Set<String> projects, Set<Scope> scopes) {
    return new ApiToken(Sha256.hex(token), projects, scopes);
  }
}
