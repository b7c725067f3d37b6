package dev.build0711.runner.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The values given for each key, read as what they should be. What cannot be read is a mistake,
/// and reading goes on, so that all mistakes are found.
final class Values {

  static final String REFERENCE = "sm://projects/P/secrets/S[/versions/V]";

  private static final Duration LONGEST = Duration.ofDays(7);
  private static final Pattern WHOLE_NUMBER = Pattern.compile("[0-9]{1,9}");

  private final Map<ConfigKey, Given> given;
  private final Deployment deployment;
  private final List<Mistake> mistakes;

  Values(Map<ConfigKey, Given> given, Deployment deployment, List<Mistake> mistakes) {
    this.given = new EnumMap<>(ConfigKey.class);
    this.given.putAll(given);
    this.deployment = deployment;
    this.mistakes = mistakes;
  }

  /// What was given, empty where the default holds.
  Optional<Given> given(ConfigKey key) {
    return Optional.ofNullable(given.get(key));
  }

  void mistake(ConfigKey key, String expected) {
    mistakes.add(
        given(key)
            .map(found -> Mistake.in(key, found, expected))
            .orElseGet(() -> new Mistake(key.key(), expected, missing(key), null)));
  }

  /// A mistake in a part of a value that was given.
  void mistake(ConfigKey key, String part, String expected) {
    given(key).ifPresent(found -> mistakes.add(Mistake.in(key, found, part, expected)));
  }

  void require(ConfigKey key, String expected) {
    if (given(key).isEmpty()) {
      mistake(key, expected);
    }
  }

  /// A key that is known and that nothing serves.
  void unserved(ConfigKey key) {
    if (given(key).isPresent()) {
      mistake(key, "nothing: not served yet by this version");
    }
  }

  /// The value as `parser` reads it, null where there is none or it is wrong.
  <T> @Nullable T optional(ConfigKey key, String expected, Function<String, Optional<T>> parser) {
    Optional<T> value = given(key).flatMap(found -> parser.apply(found.text()));
    if (value.isEmpty() && given(key).isPresent()) {
      mistake(key, expected);
    }
    return value.orElse(null);
  }

  /// The value of a key that has a default.
  <T> T value(ConfigKey key, String expected, Function<String, Optional<T>> parser) {
    T value = optional(key, expected, parser);
    return value != null
        ? value
        : key.fallback(deployment)
            .flatMap(parser)
            .orElseThrow(() -> new IllegalStateException("no usable default for " + key.key()));
  }

  @Nullable String text(ConfigKey key, String expected, Pattern shape) {
    return optional(
        key, expected, text -> Optional.of(text).filter(it -> shape.matcher(it).matches()));
  }

  boolean truth(ConfigKey key) {
    return value(
        key,
        "true or false",
        text ->
            switch (text) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  int number(ConfigKey key, int least, int most) {
    return value(
        key, "a whole number from " + least + " to " + most, text -> number(text, least, most));
  }

  /// The whole number in `text`, empty if it is none from `least` to `most`.
  static Optional<Integer> number(String text, int least, int most) {
    return Optional.of(text)
        .filter(it -> WHOLE_NUMBER.matcher(it).matches())
        .map(Integer::valueOf)
        .filter(number -> number >= least && number <= most);
  }

  Duration duration(ConfigKey key) {
    return value(
        key,
        Units.EXPECTED + ", at most 7 days",
        text ->
            Units.duration(text)
                .filter(Duration::isPositive)
                .filter(duration -> duration.compareTo(LONGEST) <= 0));
  }

  <E extends Enum<E>> E choice(ConfigKey key, Class<E> type) {
    return value(key, Words.oneOf(type.getEnumConstants()), text -> choice(text, type));
  }

  static <E extends Enum<E>> Optional<E> choice(String text, Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> constant.toString().equals(text))
        .findFirst();
  }

  URI url(ConfigKey key) {
    return value(key, "an http or https URL", Values::url);
  }

  @Nullable URI optionalUrl(ConfigKey key) {
    return optional(key, "an http or https URL", Values::url);
  }

  /// The address without a slash at its end; empty if it is no URL of http or https, or holds a
  /// user, a query or a fragment.
  static Optional<URI> url(String text) {
    try {
      URI url = new URI(text.replaceAll("/+$", ""));
      boolean usable =
          ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
              && url.getHost() != null
              && url.getRawUserInfo() == null
              && url.getRawQuery() == null
              && url.getRawFragment() == null;
      return usable ? Optional.of(url) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  @Nullable Secret secret(ConfigKey key) {
    return optional(key, "a value or " + REFERENCE, text -> attempt(() -> Secret.of(text)));
  }

  SecretList secrets(ConfigKey key) {
    SecretList list =
        optional(key, "values or " + REFERENCE, text -> attempt(() -> SecretList.of(text)));
    return list == null ? SecretList.NONE : list;
  }

  /// All values as they may be shown.
  List<RunnerConfig.Setting> shown() {
    List<RunnerConfig.Setting> all = new ArrayList<>();
    for (ConfigKey key : ConfigKey.values()) {
      Given value = given.get(key);
      if (value != null) {
        boolean hidden = key.secret() || value.text().contains("@");
        all.add(new RunnerConfig.Setting(key, hidden ? "***" : value.text(), value.origin()));
      } else {
        String text = key.fallback(deployment).orElse(key.defaultText());
        all.add(new RunnerConfig.Setting(key, text, "default"));
      }
    }
    return all;
  }

  /// What `parser` makes, empty where it refuses.
  static <T> Optional<T> attempt(Supplier<T> parser) {
    try {
      return Optional.of(parser.get());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String missing(ConfigKey key) {
    return String.join(" or ", key.variables().reversed()) + " is not set";
  }
}
