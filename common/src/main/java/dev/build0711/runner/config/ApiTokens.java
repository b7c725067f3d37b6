package dev.build0711.runner.config;

import dev.build0711.runner.port.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The tokens that callers may show, each `token[;projects=a|b][;scopes=runs:read|runs:write]`.
/// What a token without anything behind it refers to may itself be such a list.
///
/// @param entries the comma-separated parts
public record ApiTokens(List<Entry> entries) {

  static final String EXPECTED =
      "token[;projects=a|b][;scopes=runs:read|runs:write], comma separated, tokens without"
          + " spaces, or "
          + Values.REFERENCE;

  static final ApiTokens NONE = new ApiTokens(List.of());

  private static final int GUESSABLE = 16;
  private static final int MAX_TOKENS = 100;
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,512}");

  public ApiTokens {
    entries = List.copyOf(entries);
  }

  /// @throws IllegalArgumentException if `text` is no such list
  static ApiTokens of(String text) {
    return new ApiTokens(Commas.split(text).stream().map(Entry::of).toList());
  }

  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /// Whether one of the tokens, as far as they are known, can be guessed.
  boolean weak() {
    return entries.stream()
        .flatMap(entry -> entry.token().literal().stream())
        .anyMatch(token -> token.length() < GUESSABLE);
  }

  /// All tokens, at most 100.
  ///
  /// @throws Secrets.SecretUnavailable if one of them cannot be read now
  /// @throws IllegalArgumentException if a secret holds no such list
  public List<ApiToken> values(Secrets secrets) {
    List<ApiToken> tokens = new ArrayList<>();
    for (Entry entry : entries) {
      String value = entry.token().value(secrets);
      if (entry.token().reference().isPresent() && entry.unrestricted()) {
        of(value).entries().forEach(inner -> tokens.add(inner.with(inner.token().value(secrets))));
      } else {
        tokens.add(entry.with(value));
      }
    }
    return tokens.stream().limit(MAX_TOKENS).toList();
  }

  /// A token and what its holder may do.
  ///
  /// @param projects the projects it is good for; empty for all
  /// @param scopes what it is good for
  public record ApiToken(String token, Set<String> projects, Set<Scope> scopes) {

    public ApiToken {
      projects = Set.copyOf(projects);
      scopes = Set.copyOf(scopes);
    }

    /// Without the token.
    @Override
    public String toString() {
      return "ApiToken[***, projects=" + projects + ", scopes=" + scopes + "]";
    }
  }

  /// A token as it was given.
  ///
  /// @param projects the projects it is good for; empty for all
  /// @param scopes what it is good for
  public record Entry(Secret token, Set<String> projects, Set<Scope> scopes) {

    private static final Set<Scope> ALL = Set.of(Scope.values());

    public Entry {
      projects = Set.copyOf(projects);
      scopes = Set.copyOf(scopes);
    }

    static Entry of(String text) {
      List<String> parts = Commas.split(text, ";");
      if (parts.isEmpty()) {
        throw new IllegalArgumentException("no token");
      }
      Secret token = Secret.of(parts.getFirst());
      if (token.literal().filter(it -> !TOKEN.matcher(it).matches()).isPresent()) {
        throw new IllegalArgumentException("not a token");
      }
      Set<String> projects = Set.of();
      Set<Scope> scopes = ALL;
      for (String part : parts.subList(1, parts.size())) {
        if (part.startsWith("projects=")) {
          projects = Set.copyOf(members(part));
        } else if (part.startsWith("scopes=")) {
          scopes = members(part).stream().map(Entry::scope).collect(Collectors.toSet());
        } else {
          throw new IllegalArgumentException("neither projects nor scopes");
        }
      }
      return new Entry(token, projects, scopes);
    }

    boolean unrestricted() {
      return projects.isEmpty() && scopes.equals(ALL);
    }

    ApiToken with(String value) {
      return new ApiToken(value, projects, scopes);
    }

    /// At least one: a restriction to nothing is a mistake, not a token for everything.
    private static List<String> members(String part) {
      List<String> members = Commas.split(part.substring(part.indexOf('=') + 1), "\\|");
      if (members.isEmpty()) {
        throw new IllegalArgumentException("an empty restriction");
      }
      return members;
    }

    private static Scope scope(String word) {
      return Values.choice(word, Scope.class)
          .orElseThrow(() -> new IllegalArgumentException("not a scope"));
    }
  }
}
