package dev.build0711.runner.postgres;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where the database is, read from the forms in which people and platforms write it:
/// `postgresql://`, `postgres://` and `postgresql+DRIVER://` as
/// [libpq](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNSTRING-URIS) has them,
/// percent-encoded, and `jdbc:postgresql:`.
///
/// @param jdbcUrl without user and password
/// @param user null where the URL names none
/// @param password null where the URL names none; never printed
public record DatabaseUrl(String jdbcUrl, @Nullable String user, @Nullable String password) {

  private static final String JDBC = "jdbc:";
  private static final String SCHEME = "(postgresql|postgres)(\\+[a-z0-9_]+)?";

  /// Reads a URL.
  ///
  /// @throws IllegalArgumentException saying what is wrong, without any part of `text` that could
  ///   be a secret
  public static DatabaseUrl parse(String text) {
    String trimmed = text.strip();
    return trimmed.startsWith(JDBC) ? jdbc(trimmed) : uri(trimmed);
  }

  private static DatabaseUrl jdbc(String text) {
    if (!text.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException("only jdbc:postgresql: is supported of the JDBC URLs");
    }
    if (text.startsWith("jdbc:postgresql://") && authority(text).contains("@")) {
      throw new IllegalArgumentException(
          "a JDBC URL names its user as ?user=, not before an @ sign");
    }
    int mark = text.indexOf('?');
    String base = mark < 0 ? text : text.substring(0, mark);
    Map<String, String> parameters = parameters(mark < 0 ? null : text.substring(mark + 1));
    return of(base, parameters.remove("user"), parameters.remove("password"), parameters);
  }

  private static String authority(String jdbcUrl) {
    return jdbcUrl.substring("jdbc:postgresql://".length()).split("[/?]", 2)[0];
  }

  private static DatabaseUrl uri(String text) {
    URI uri = parsed(text);
    if (uri.getScheme() == null || !uri.getScheme().matches(SCHEME)) {
      throw new IllegalArgumentException(
          "the URL must begin with postgresql://, postgres:// or jdbc:postgresql:");
    }
    Map<String, String> parameters = parameters(uri.getRawQuery());
    String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    int at = authority.lastIndexOf('@');
    String hosts = authority.substring(at + 1);
    if (hosts.isEmpty() && !parameters.containsKey("socketFactory")) {
      throw new IllegalArgumentException(
          "the URL names no host; sockets of a file are not supported");
    }
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    if (path.length() < 2) {
      throw new IllegalArgumentException(
          "the URL names no database, as in postgresql://host/database");
    }
    String[] login = at < 0 ? new String[0] : authority.substring(0, at).split(":", 2);
    String user = login.length > 0 && !login[0].isEmpty() ? decoded(login[0]) : null;
    String password = login.length > 1 ? decoded(login[1]) : null;
    String userParameter = parameters.remove("user");
    String passwordParameter = parameters.remove("password");
    return of(
        JDBC + "postgresql://" + hosts + path,
        user == null ? userParameter : user,
        password == null ? passwordParameter : password,
        parameters);
  }

  private static URI parsed(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException _) {
      // its message quotes the text, which may hold a password
      throw new IllegalArgumentException(
          "not a URL; special characters in user and password must be percent-encoded");
    }
  }

  private static DatabaseUrl of(
      String base,
      @Nullable String user,
      @Nullable String password,
      Map<String, String> parameters) {
    String query =
        parameters.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining("&"));
    return new DatabaseUrl(query.isEmpty() ? base : base + "?" + query, user, password);
  }

  /// The parameters as they were written; user and password decoded.
  private static Map<String, String> parameters(@Nullable String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (query == null || query.isEmpty()) {
      return parameters;
    }
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      boolean login = name.equals("user") || name.equals("password");
      parameters.put(name, login ? decoded(value) : value);
    }
    return parameters;
  }

  private static String decoded(String text) {
    try {
      // a plus sign is itself here, not a space
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException("user or password is not percent-encoded rightly");
    }
  }

  @Override
  public String toString() {
    return "DatabaseUrl[jdbcUrl=" + jdbcUrl + ", user=" + user + ", password=***]";
  }
}
