package dev.build0711.runner.api;

import dev.build0711.runner.http.JsonBody;
import dev.build0711.runner.http.JsonWriter;
import dev.build0711.runner.port.ArtifactStore.Kept;
import java.util.List;

/// What a run left.
public record ArtifactListView(List<Kept> artifacts) implements JsonBody {

  public ArtifactListView {
    artifacts = List.copyOf(artifacts);
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.object(() -> json.array("artifacts", artifacts, one -> artifact(json, one)));
  }

  private static void artifact(JsonWriter json, Kept one) {
    json.object(() -> {
      json.text("name", one.name());
      json.text("media_type", one.mediaType());
      json.number("size", one.size());
      json.text("sha256", one.sha256());
      json.flag("truncated", one.truncated());
    });
  }
}
