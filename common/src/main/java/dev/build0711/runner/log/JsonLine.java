package dev.build0711.runner.log;

import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// One JSON object a line, with the special fields of Google Cloud's structured logging
/// (cloud.google.com/logging/docs/structured-logging).
final class JsonLine implements LineFormat {

  private static final int MAX_FIELD = 2_000;
  private static final String LABELS = "logging.googleapis.com/labels";
  private static final String TRACE = "logging.googleapis.com/trace";

  private final JsonFactory json = new JsonFactory();
  private final @Nullable String project;

  /// @param project the Google Cloud project, which gives a trace its full name
  JsonLine(@Nullable String project) {
    this.project = project;
  }

  @Override
  public String line(LogEntry entry) {
    StringWriter text = new StringWriter(256);
    try (JsonGenerator out = json.createGenerator(ObjectWriteContext.empty(), text)) {
      out.writeStartObject();
      members(entry).forEach((name, value) -> write(out, name, value));
      out.writeEndObject();
    }
    return text.toString();
  }

  /// The members of the object. What the line itself says is put last, so that no field can take
  /// its name.
  private Map<String, Object> members(LogEntry entry) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("severity", entry.severity().name());
    all.put("message", entry.message());
    all.putAll(entry.fields());
    all.put("severity", entry.severity().name());
    all.put("message", entry.message());
    all.put("time", entry.time());
    all.put("logger", entry.logger());
    if (entry.context() != null) {
      addContext(all, entry.context());
    }
    Object runId = all.get("run_id");
    if (runId != null) {
      all.put(LABELS, Map.of("run_id", runId.toString()));
    }
    if (entry.stackTrace() != null) {
      all.put("stack_trace", new Whole(entry.stackTrace()));
    }
    return all;
  }

  private void addContext(Map<String, Object> all, RequestContext context) {
    all.put("request_id", context.requestId());
    if (context.trace() != null) {
      all.put(
          TRACE,
          project == null ? context.trace() : "projects/" + project + "/traces/" + context.trace());
    }
    if (context.runId() != null) {
      all.putIfAbsent("run_id", context.runId());
    }
  }

  private static void write(JsonGenerator out, String name, Object value) {
    out.writeName(name);
    switch (value) {
      case Integer number -> out.writeNumber(number);
      case Long number -> out.writeNumber(number);
      case Boolean truth -> out.writeBoolean(truth);
      case Whole(String text) -> out.writeString(text);
      case Map<?, ?> members -> {
        out.writeStartObject();
        members.forEach((key, member) -> write(out, String.valueOf(key), member));
        out.writeEndObject();
      }
      default -> out.writeString(LogEntry.cut(value.toString(), MAX_FIELD));
    }
  }

  /// Text that was cut already.
  private record Whole(String text) {}
}
