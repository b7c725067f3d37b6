package dev.build0711.runner.config;

import dev.build0711.runner.config.RunnerConfig.Backend;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `openhands.base_url` and `openhands.token` together: each backend gets its key.
final class BackendList {

  private static final String EXPECTED =
      "[name=]URL[;weight=N][;max=N][;dialect=D][;drain], comma separated, with http or https URLs";
  private static final String TOKENS =
      "one key, or name=key for names of openhands.base_url, comma separated";
  private static final int MAX_BACKENDS = 50;
  private static final Pattern NAMED =
      Pattern.compile("(?:([A-Za-z0-9][A-Za-z0-9._-]{0,62})=)?(https?://.*)");

  private final Values values;
  private final Dialect dialect;
  private boolean whole = true;

  BackendList(Values values, Dialect dialect) {
    this.values = values;
    this.dialect = dialect;
  }

  List<Backend> read() {
    List<String> entries =
        values
            .given(ConfigKey.OPENHANDS_BASE_URL)
            .map(given -> Commas.split(given.text()))
            .orElse(List.of());
    if (entries.size() > MAX_BACKENDS) {
      values.mistake(ConfigKey.OPENHANDS_BASE_URL, "at most " + MAX_BACKENDS + " backends");
      return List.of();
    }
    List<Backend> backends = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String entry : entries) {
      Backend backend = backend(entry);
      if (backend != null && !names.add(backend.name())) {
        wrong(entry, "each name once, and " + backend.name() + " is twice");
      } else if (backend != null) {
        backends.add(backend);
      }
    }
    return withTokens(backends);
  }

  private @Nullable Backend backend(String entry) {
    List<String> parts = Commas.split(entry, ";");
    Matcher matcher = NAMED.matcher(parts.isEmpty() ? "" : parts.getFirst());
    Optional<URI> url = matcher.matches() ? Values.url(matcher.group(2)) : Optional.empty();
    if (url.isEmpty()) {
      wrong(entry, EXPECTED);
      return null;
    }
    String name = matcher.group(1) == null ? url.get().getAuthority() : matcher.group(1);
    Backend backend = new Backend(name, url.get(), 1, null, dialect, false, null);
    for (String option : parts.subList(1, parts.size())) {
      backend = with(backend, option);
    }
    return backend;
  }

  private Backend with(Backend backend, String option) {
    return switch (option.replaceFirst("=.*", "")) {
      case "weight" ->
          backend.withWeight(number(option, 1, "weight= and a whole number from 1 to 1000"));
      case "max" -> backend.withMax(number(option, 0, "max= and a whole number from 0 to 1000"));
      case "dialect" -> backend.withDialect(dialect(option));
      case "drain" -> backend.draining();
      default -> {
        wrong(option, EXPECTED);
        yield backend;
      }
    };
  }

  private int number(String option, int least, String expected) {
    Optional<Integer> number = Values.number(value(option), least, 1000);
    if (number.isEmpty()) {
      wrong(option, expected);
    }
    return number.orElse(least);
  }

  private Dialect dialect(String option) {
    Optional<Dialect> chosen = Values.choice(value(option), Dialect.class);
    if (chosen.isEmpty()) {
      wrong(option, "dialect= and " + Words.oneOf(Dialect.values()));
    }
    return chosen.orElse(dialect);
  }

  private static String value(String option) {
    return option.substring(option.indexOf('=') + 1);
  }

  /// A mistake in one part of the list.
  private void wrong(String part, String expected) {
    whole = false;
    values.mistake(ConfigKey.OPENHANDS_BASE_URL, part, expected);
  }

  private List<Backend> withTokens(List<Backend> backends) {
    String given = values.given(ConfigKey.OPENHANDS_TOKEN).map(Given::text).orElse("");
    List<String> entries = Commas.split(given);
    Map<String, Secret> named = new HashMap<>();
    boolean foreign = false; // for a backend that is not there, unless its URL is the mistake
    for (String entry : entries) {
      int equals = entry.indexOf('=');
      String name = equals < 0 ? "" : entry.substring(0, equals);
      boolean known = backends.stream().anyMatch(backend -> backend.name().equals(name));
      if (known && equals + 1 < entry.length()) {
        named.put(name, secret(entry.substring(equals + 1)));
      } else if (entries.size() == 1) {
        Secret one = secret(entry);
        return backends.stream().map(backend -> backend.withToken(one)).toList();
      } else {
        foreign = true;
      }
    }
    if (foreign && whole) {
      values.mistake(ConfigKey.OPENHANDS_TOKEN, TOKENS);
    }
    return backends.stream().map(backend -> backend.withToken(named.get(backend.name()))).toList();
  }

  private Secret secret(String text) {
    try {
      return Secret.of(text);
    } catch (IllegalArgumentException e) {
      values.mistake(ConfigKey.OPENHANDS_TOKEN, "a value or " + Values.REFERENCE);
      return Secret.of("");
    }
  }
}
