package dev.build0711.runner.http;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/// The members of a JSON object, asked for one by one. Every mistake is noted, and reading goes on
/// with a value that will not be used; [#finish] ends the reading and refuses what was not asked
/// for.
public final class JsonFields {

  private final Map<String, JsonObject.Member> members;
  private final Mistakes mistakes;
  private final String pointer;
  private static final int MAX_DIGITS = 40;
  private static final int MAX_SCALE = 8;

  private final Set<String> known = new HashSet<>();

  JsonFields(Map<String, JsonObject.Member> members, Mistakes mistakes) {
    this(members, mistakes, "");
  }

  private JsonFields(Map<String, JsonObject.Member> members, Mistakes mistakes, String pointer) {
    this.members = members;
    this.mistakes = mistakes;
    this.pointer = pointer;
  }

  /// A string that has to be there and to keep a rule; empty after a mistake.
  ///
  /// @param otherwise what is told when it breaks the rule
  public String requiredText(
      String name, int maxCharacters, Predicate<String> rule, String otherwise) {
    if (!has(name)) {
      refuse(name, "is required");
    }
    return Objects.requireNonNullElse(text(name, maxCharacters, rule, otherwise), "");
  }

  /// A string that keeps a rule; null where it is absent, null or wrong.
  ///
  /// @param otherwise what is told when it breaks the rule
  public @Nullable String text(
      String name, int maxCharacters, Predicate<String> rule, String otherwise) {
    String text = text(name, maxCharacters);
    if (text == null || rule.test(text)) {
      return text;
    }
    refuse(name, otherwise);
    return null;
  }

  /// A string of at most so many code points; null where it is absent, null or wrong.
  public @Nullable String text(String name, int maxCharacters) {
    JsonObject.Member value = value(name);
    if (value == null) {
      return null;
    }
    if (value.token() != JsonToken.VALUE_STRING) {
      refuse(name, "must be a string");
      return null;
    }
    String text = value.text();
    if (text.length() > maxCharacters && text.codePointCount(0, text.length()) > maxCharacters) {
      refuse(name, "must have at most " + maxCharacters + " characters");
      return null;
    }
    return text;
  }

  /// True or false; null where it is absent, null or wrong.
  public @Nullable Boolean flag(String name) {
    JsonObject.Member value = value(name);
    if (value == null) {
      return null;
    }
    if (value.token() != JsonToken.VALUE_TRUE && value.token() != JsonToken.VALUE_FALSE) {
      refuse(name, "must be true or false");
      return null;
    }
    return value.token() == JsonToken.VALUE_TRUE;
  }

  /// A whole number within bounds; null where it is absent, null or wrong.
  public @Nullable Integer integer(String name, int min, int max) {
    JsonObject.Member value = value(name);
    if (value == null) {
      return null;
    }
    if (value.token() != JsonToken.VALUE_NUMBER_INT) {
      refuse(name, "must be a whole number");
      return null;
    }
    try {
      int number = Integer.parseInt(value.text());
      if (min <= number && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // more digits than an int has: out of bounds all the same
    }
    refuse(name, "must be from " + min + " to " + max);
    return null;
  }

  /// A number within bounds, with at most eight digits behind the point; null where it is absent,
  /// null or wrong.
  public @Nullable BigDecimal decimal(String name, BigDecimal min, BigDecimal max) {
    JsonObject.Member value = value(name);
    if (value == null) {
      return null;
    }
    if (value.token() != JsonToken.VALUE_NUMBER_INT
        && value.token() != JsonToken.VALUE_NUMBER_FLOAT) {
      refuse(name, "must be a number");
      return null;
    }
    BigDecimal number =
        value.text().length() <= MAX_DIGITS ? new BigDecimal(value.text()) : BigDecimal.ZERO;
    if (number.compareTo(min) >= 0
        && number.compareTo(max) <= 0
        && number.stripTrailingZeros().scale() <= MAX_SCALE) {
      return number;
    }
    refuse(
        name,
        "must be from " + min + " to " + max + " with at most " + MAX_SCALE + " decimal places");
    return null;
  }

  /// One of some constants, by its word; null where it is absent, null or wrong.
  public <E extends Enum<E>> @Nullable E word(String name, Class<E> type) {
    JsonObject.Member value = value(name);
    if (value == null) {
      return null;
    }
    E[] constants = type.getEnumConstants();
    for (E constant : constants) {
      if (value.token() == JsonToken.VALUE_STRING && constant.toString().equals(value.text())) {
        return constant;
      }
    }
    refuse(
        name,
        Arrays.stream(constants)
            .map(Enum::toString)
            .collect(Collectors.joining(", ", "must be one of ", "")));
    return null;
  }

  /// An object as the text that was sent; null where it is absent, null or wrong.
  public @Nullable String object(String name, int maxMembers, int maxBytes) {
    JsonObject.Member value = value(name);
    if (value == null) {
      return null;
    }
    if (value.token() != JsonToken.START_OBJECT) {
      refuse(name, "must be an object");
      return null;
    }
    if (value.size() > maxMembers) {
      refuse(name, "must have at most " + maxMembers + " keys");
      return null;
    }
    if (value.text().getBytes(java.nio.charset.StandardCharsets.UTF_8).length > maxBytes) {
      refuse(name, "must have at most " + maxBytes + " bytes");
      return null;
    }
    return value.text();
  }

  /// The members of an object that [#object] gave out; they need not all be asked for.
  public JsonFields inside(String name, String object) {
    return new JsonFields(JsonObject.read(object, new Mistakes()), mistakes, pointer + '/' + name);
  }

  /// Whether the member is there and not null.
  public boolean has(String name) {
    return value(name) != null;
  }

  /// Whether the member is there and a string.
  public boolean isText(String name) {
    JsonObject.Member value = value(name);
    return value != null && value.token() == JsonToken.VALUE_STRING;
  }

  /// A member of the API that this server cannot serve; null is taken for its absence.
  public void unsupported(String name) {
    if (has(name)) {
      refuse(name, "is not supported yet");
    }
  }

  /// Notes that a member breaks a rule.
  public void refuse(String name, String detail) {
    mistakes.body(pointer + '/' + name, detail);
  }

  /// Ends the reading.
  ///
  /// @throws ProblemException `invalid_request` if there was any mistake, unknown members included
  public void finish() {
    for (String name : members.keySet()) {
      if (!known.contains(name)) {
        refuse(name.replace("~", "~0").replace("/", "~1"), "is not known");
      }
    }
    mistakes.check();
  }

  private JsonObject.@Nullable Member value(String name) {
    known.add(name);
    JsonObject.Member member = members.get(name);
    return member == null || member.token() == JsonToken.VALUE_NULL ? null : member;
  }
}
