package dev.build0711.runner.http;

import java.util.List;

/// A failure as the caller is told it (RFC 9457).
///
/// @param errorId names this occurrence; the log has the same id where the fault is ours
record Problem(ProblemType type, String detail, String errorId, List<Mistake> errors)
    implements JsonBody {

  Problem {
    errors = List.copyOf(errors);
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.object(() -> {
      json.text("type", "/problems/" + type.slug());
      json.text("title", type.title());
      json.number("status", type.status());
      json.text("detail", detail);
      json.text("instance", "/errors/" + errorId);
      json.text("code", type.toString());
      json.flag("retryable", type.retryable());
      if (type.status() == 422) {
        json.array("errors", errors, error -> write(json, error));
      }
    });
  }

  private static void write(JsonWriter json, Mistake mistake) {
    json.object(() -> {
      json.text(mistake.where().toString(), mistake.at());
      json.text("detail", mistake.detail());
    });
  }
}
