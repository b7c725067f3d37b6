package dev.build0711.runner.http;

/// Something that can be sent as JSON.
@FunctionalInterface
public interface JsonBody {

  /// Writes exactly one JSON value.
  void writeTo(JsonWriter json);
}
