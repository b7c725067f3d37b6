package dev.build0711.runner.postgres;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A JSON object that the runner wrote itself, read member by member. Members that are not asked
/// for are passed over, so that a release reads what a newer one wrote. A missing member and null
/// are the same; the methods without `OrNull` are for members that are never missing.
record Document(Map<String, @Nullable Object> members) {

  /// @param value what [Json] has read
  static Document of(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> members)) {
      throw new IllegalStateException("a stored document is no JSON object");
    }
    Map<String, @Nullable Object> named = new LinkedHashMap<>();
    members.forEach((name, member) -> named.put(name.toString(), member));
    return new Document(named);
  }

  /// An array of objects, each made something of; empty if there is none.
  static <T> List<T> list(@Nullable Object value, Function<Document, T> reader) {
    return value instanceof List<?> elements
        ? elements.stream().map(element -> reader.apply(of(element))).toList()
        : List.of();
  }

  String text(String name) {
    return Objects.requireNonNull(textOrNull(name), name);
  }

  @Nullable String textOrNull(String name) {
    Object value = members.get(name);
    return value == null ? null : value.toString();
  }

  /// Zero where it is missing.
  int integer(String name) {
    return Objects.requireNonNullElse(integerOrNull(name), 0);
  }

  @Nullable Integer integerOrNull(String name) {
    return members.get(name) instanceof Number number ? Math.toIntExact(number.longValue()) : null;
  }

  /// Zero where it is missing.
  long number(String name) {
    return Objects.requireNonNullElse(numberOrNull(name), 0L);
  }

  @Nullable Long numberOrNull(String name) {
    return members.get(name) instanceof Number number ? number.longValue() : null;
  }

  BigDecimal decimal(String name) {
    return new BigDecimal(text(name));
  }

  @Nullable BigDecimal decimalOrNull(String name) {
    String text = textOrNull(name);
    return text == null ? null : new BigDecimal(text);
  }

  @Nullable Boolean flagOrNull(String name) {
    return members.get(name) instanceof Boolean flag ? flag : null;
  }

  boolean flag(String name) {
    return Boolean.TRUE.equals(members.get(name));
  }

  Instant time(String name) {
    return Objects.requireNonNull(timeOrNull(name), name);
  }

  @Nullable Instant timeOrNull(String name) {
    String text = textOrNull(name);
    return text == null ? null : Instant.parse(text);
  }

  <E extends Enum<E>> E word(String name, Class<E> type) {
    return Vocabulary.of(type, text(name));
  }

  /// Null where it is missing.
  <T> @Nullable T object(String name, Function<Document, T> reader) {
    Object value = members.get(name);
    return value == null ? null : reader.apply(of(value));
  }

  <T> List<T> list(String name, Function<Document, T> reader) {
    return list(members.get(name), reader);
  }
}
