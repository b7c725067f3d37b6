package dev.build0711.runner.simulator.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A JSON object that the real server shows whatever happens, to be filled in where it varies.
public final class Template {

  private final ObjectNode whole;

  private Template(ObjectNode whole) {
    this.whole = whole;
  }

  /// Reads the resource of that name that lies beside a class.
  public static Template beside(Class<?> reader, String name) {
    try (InputStream in = reader.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return new Template((ObjectNode) new JsonMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All of it, as the caller's own.
  public ObjectNode copy() {
    return whole.deepCopy();
  }

  /// The object below one of its fields, as the caller's own.
  public ObjectNode copy(String field) {
    return (ObjectNode) whole.required(field).deepCopy();
  }
}
