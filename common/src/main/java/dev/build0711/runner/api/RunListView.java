package dev.build0711.runner.api;

import dev.build0711.runner.http.JsonBody;
import dev.build0711.runner.http.JsonWriter;
import dev.build0711.runner.run.RunSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of runs.
///
/// @param nextCursor where the next page begins; null on the last
public record RunListView(List<RunSummary> runs, @Nullable String nextCursor) implements JsonBody {

  public RunListView {
    runs = List.copyOf(runs);
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.object(() -> {
      json.array("runs", runs, run -> new ShortView(run).writeTo(json));
      json.text("next_cursor", nextCursor);
    });
  }
}
