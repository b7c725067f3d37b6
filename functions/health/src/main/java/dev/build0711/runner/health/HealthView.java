package dev.build0711.runner.health;

import dev.build0711.runner.app.CheckHealth.Backend;
import dev.build0711.runner.app.CheckHealth.Database;
import dev.build0711.runner.app.CheckHealth.Health;
import dev.build0711.runner.app.CheckHealth.Status;
import dev.build0711.runner.http.JsonBody;
import dev.build0711.runner.http.JsonWriter;

/// The answer of `GET /health`.
record HealthView(Health health, String version) implements JsonBody {

  @Override
  public void writeTo(JsonWriter json) {
    json.object(() -> {
      json.word("status", health.status());
      json.text("version", version);
      json.object("checks", () -> checks(json));
    });
  }

  private void checks(JsonWriter json) {
    Database database = health.database();
    json.object(
        "database",
        () -> {
          json.word("status", word(database.up()));
          json.number("latency_ms", database.latency().toMillis());
        });
    json.object(
        "openhands",
        () -> {
          json.word("status", health.openhands());
          json.array("backends", health.backends(), backend -> backend(json, backend));
        });
    json.object(
        "queue",
        () -> {
          json.word("status", health.queue());
          json.number("oldest_overdue_seconds", database.oldestOverdue().toSeconds());
        });
  }

  private static void backend(JsonWriter json, Backend backend) {
    json.object(() -> {
      json.text("name", backend.name());
      json.word("status", word(backend.up()));
      json.text("version", backend.version());
      json.text("detail", backend.detail());
    });
  }

  private static Status word(boolean up) {
    return up ? Status.OK : Status.DOWN;
  }
}
