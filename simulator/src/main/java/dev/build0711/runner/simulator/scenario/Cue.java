package dev.build0711.runner.simulator.scenario;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The marker in a prompt that chooses a scenario, such as `[[scenario: finish tasks=5
/// seconds=2]]`.
///
/// @param name the scenario's name in lower case
/// @param params what stands behind it, by name in lower case; a word without a value has an empty
///   one
public record Cue(String name, Map<String, String> params) {

  /// What is played when a prompt has no marker.
  public static final Cue DEFAULT = new Cue("finish", Map.of());

  private static final Pattern MARKER =
      Pattern.compile(
          "\\[\\[\\s*scenario:\\s*([a-z0-9-]+)((?:\\s+[^\\s\\]]+)*)\\s*\\]\\]",
          Pattern.CASE_INSENSITIVE);
  private static final double LONGEST_SECONDS = 86_400;

  public Cue {
    params = Map.copyOf(params);
  }

  /// The last marker in the text, empty when there is none.
  public static Optional<Cue> in(String text) {
    Optional<Cue> last = Optional.empty();
    for (Matcher marker = MARKER.matcher(text); marker.find(); ) {
      last = Optional.of(new Cue(lower(marker.group(1)), pairs(marker.group(2))));
    }
    return last;
  }

  /// A parameter as it stands, or `otherwise` where it is missing.
  public String text(String param, String otherwise) {
    return params.getOrDefault(param, otherwise);
  }

  /// A parameter as a whole number of 1 to `most`; what is missing or no number is `otherwise`.
  public int count(String param, int otherwise, int most) {
    return Math.clamp(Math.round(number(param, otherwise)), 1, most);
  }

  /// A parameter as seconds, fractions allowed, at most a day.
  public Duration seconds(String param, Duration otherwise) {
    double seconds = number(param, otherwise.toMillis() / 1000.0);
    return Duration.ofMillis(Math.round(Math.clamp(seconds, 0, LONGEST_SECONDS) * 1000));
  }

  /// A parameter as milliseconds, at most a day.
  public Duration millis(String param, Duration otherwise) {
    double millis = number(param, (double) otherwise.toMillis());
    return Duration.ofMillis(Math.round(Math.clamp(millis, 0, LONGEST_SECONDS * 1000)));
  }

  /// How long the surroundings of the agent take to start, which `start=` says in seconds; empty
  /// when they never do (`start=never`).
  public Optional<Duration> startup(Duration otherwise) {
    return text("start", "").equals("never")
        ? Optional.empty()
        : Optional.of(seconds("start", otherwise));
  }

  private double number(String param, double otherwise) {
    try {
      double number = Double.parseDouble(params.getOrDefault(param, ""));
      return Double.isFinite(number) ? number : otherwise;
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private static Map<String, String> pairs(String text) {
    Map<String, String> pairs = new HashMap<>();
    for (String pair : text.strip().split("\\s+", -1)) {
      String name = lower(pair.replaceFirst("=.*", ""));
      if (!pair.isEmpty()) {
        pairs.put(name, pair.substring(Math.min(pair.length(), name.length() + 1)));
      }
    }
    return pairs;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
