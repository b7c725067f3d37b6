package dev.build0711.runner.http;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Writes JSON as the API speaks it: absent values are `null`, times are RFC 3339 in UTC with
/// milliseconds.
public final class JsonWriter {

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private final JsonGenerator out;

  private JsonWriter(JsonGenerator out) {
    this.out = out;
  }

  /// The UTF-8 bytes of `body`.
  public static byte[] bytes(JsonBody body) {
    var bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator out =
        FACTORY.createGenerator(ObjectWriteContext.empty(), bytes, JsonEncoding.UTF8)) {
      body.writeTo(new JsonWriter(out));
    }
    return bytes.toByteArray();
  }

  /// An object as the whole value, or as an element of an array.
  public void object(Runnable members) {
    out.writeStartObject();
    members.run();
    out.writeEndObject();
  }

  public void object(String name, Runnable members) {
    out.writeName(name);
    object(members);
  }

  /// An array, each element written by `element`.
  public <T> void array(String name, Collection<T> elements, Consumer<T> element) {
    out.writeName(name);
    out.writeStartArray();
    elements.forEach(element);
    out.writeEndArray();
  }

  public void text(String name, @Nullable String value) {
    out.writeStringProperty(name, value);
  }

  /// A constant by its word.
  public void word(String name, @Nullable Enum<?> value) {
    text(name, value == null ? null : value.toString());
  }

  public void time(String name, @Nullable Instant value) {
    text(name, value == null ? null : TIME.format(value));
  }

  public void number(String name, long value) {
    out.writeNumberProperty(name, value);
  }

  public void number(String name, @Nullable Integer value) {
    if (value == null) {
      out.writeNullProperty(name);
    } else {
      out.writeNumberProperty(name, value.intValue());
    }
  }

  public void number(String name, @Nullable BigDecimal value) {
    if (value == null) {
      out.writeNullProperty(name);
    } else {
      out.writeNumberProperty(name, value);
    }
  }

  public void flag(String name, boolean value) {
    out.writeBooleanProperty(name, value);
  }

  public void nothing(String name) {
    out.writeNullProperty(name);
  }

  /// A member whose value is JSON text already.
  public void raw(String name, @Nullable String json) {
    out.writeName(name);
    if (json == null) {
      out.writeNull();
    } else {
      out.writeRawValue(json);
    }
  }

  /// A member whose value is made of strings, numbers, booleans, null and maps and lists of them.
  public void data(String name, Map<String, ?> value) {
    out.writeName(name);
    value(value);
  }

  private void value(@Nullable Object value) {
    switch (value) {
      case null -> out.writeNull();
      case Map<?, ?> map -> members(map);
      case Collection<?> list -> {
        out.writeStartArray();
        list.forEach(this::value);
        out.writeEndArray();
      }
      case Boolean flag -> out.writeBoolean(flag);
      case Integer number -> out.writeNumber(number);
      case Long number -> out.writeNumber(number);
      case Number number -> out.writeNumber(new BigDecimal(number.toString()));
      default -> out.writeString(value.toString());
    }
  }

  private void members(Map<?, ?> map) {
    out.writeStartObject();
    map.forEach((name, member) -> {
      out.writeName(String.valueOf(name));
      value(member);
    });
    out.writeEndObject();
  }
}
