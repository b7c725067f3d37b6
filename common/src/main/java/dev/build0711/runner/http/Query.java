package dev.build0711.runner.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The parameters of a query string, each of which the route has to know.
public final class Query {

  private static final int MAX_VALUES = 100;

  private final Map<String, List<String>> values = new LinkedHashMap<>();
  private final Mistakes mistakes;

  private Query(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /// Reads a query string as browsers write it (`application/x-www-form-urlencoded`).
  ///
  /// @param known the parameters that the route has; others are noted in `mistakes`
  public static Query read(@Nullable String query, Set<String> known, Mistakes mistakes) {
    var parameters = new Query(mistakes);
    if (query != null) {
      for (String pair : query.split("&", -1)) {
        if (!pair.isEmpty()) {
          parameters.add(pair, known);
        }
      }
    }
    return parameters;
  }

  /// Every value of a parameter that may be repeated, in order.
  public List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /// The value of a parameter that may be given once; null where it is absent or wrong.
  public @Nullable String one(String name) {
    List<String> given = all(name);
    if (given.size() > 1) {
      refuse(name, "must not be given twice");
      return null;
    }
    return given.isEmpty() ? null : given.getFirst();
  }

  /// A whole number within bounds, or `otherwise` where the parameter is absent or wrong.
  public int integer(String name, int min, int max, int otherwise) {
    String text = one(name);
    if (text == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text);
      if (min <= number && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below, like a number out of bounds
    }
    refuse(name, "must be a whole number from " + min + " to " + max);
    return otherwise;
  }

  /// Notes that a parameter breaks a rule.
  public void refuse(String name, String detail) {
    mistakes.parameter(name, detail);
  }

  private void add(String pair, Set<String> known) {
    int equals = pair.indexOf('=');
    String name = decode(equals < 0 ? pair : pair.substring(0, equals));
    String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
    if (name == null || !known.contains(name)) {
      refuse(name == null ? "" : name, "is not known");
    } else if (value == null || value.indexOf('\0') >= 0) {
      refuse(name, "must be percent-encoded UTF-8 without U+0000");
    } else if (all(name).size() >= MAX_VALUES) {
      refuse(name, "must not be given more than " + MAX_VALUES + " times");
    } else {
      values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }
  }

  /// Null where it is no percent-encoded UTF-8; [java.net.URLDecoder] would put U+FFFD there.
  private static @Nullable String decode(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    var bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
        int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          return null;
        }
        bytes.write(high << 4 | low);
        i += 2;
      } else {
        bytes.writeBytes((c == '+' ? " " : String.valueOf(c)).getBytes(StandardCharsets.UTF_8));
      }
    }
    try {
      return Utf8.strict(bytes.toByteArray());
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
