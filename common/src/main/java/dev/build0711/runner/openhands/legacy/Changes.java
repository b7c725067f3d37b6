package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Deadline;
import dev.build0711.runner.openhands.Reply;
import dev.build0711.runner.openhands.Reply.Answer;
import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.run.ChangedFile;
import dev.build0711.runner.run.ChangedFile.Change;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What an agent changed in its repository, and a patch of it, made from what the server tells of
/// each file.
final class Changes {

  private static final int MAX_FILES = 1000;
  private static final int MAX_IN_PATCH = 100;

  private final Calls calls;

  Changes(Calls calls) {
    this.calls = calls;
  }

  /// The files; none outside a repository.
  List<ChangedFile> files(String id, Deadline deadline) {
    Reply reply = calls.get(Calls.path(id) + "/git/changes", deadline);
    if (!(reply instanceof Answer(int status, JsonNode body, _)) || status != 200) {
      return List.of();
    }
    return body.valueStream()
        .map(Changes::file)
        .flatMap(Optional::stream)
        .limit(MAX_FILES)
        .toList();
  }

  private static Optional<ChangedFile> file(JsonNode node) {
    String path = node.path("path").stringValue("");
    boolean sound =
        !path.isEmpty()
            && path.length() <= ChangedFile.MAX_PATH
            && path.chars().noneMatch(Character::isISOControl);
    return sound
        ? Optional.of(new ChangedFile(path, change(node.path("status").stringValue(""))))
        : Optional.empty();
  }

  private static Change change(String status) {
    return switch (status) {
      case "A", "??" -> Change.ADDED;
      case "D" -> Change.DELETED;
      case "R" -> Change.MOVED;
      default -> Change.UPDATED;
    };
  }

  /// The patch of all of them, as far as there is time and room; empty where there is nothing in
  /// it.
  Optional<Artifact> patch(String id, List<ChangedFile> files, Deadline deadline) {
    StringBuilder patch = new StringBuilder();
    boolean whole = files.size() <= MAX_IN_PATCH;
    for (ChangedFile file : files.stream().limit(MAX_IN_PATCH).toList()) {
      String one = patch(id, file, deadline);
      whole &= one != null && patch.length() + one.length() <= Artifact.MAX_BYTES;
      if (one != null && patch.length() + one.length() <= Artifact.MAX_BYTES) {
        patch.append(one);
      }
    }
    if (patch.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = patch.toString().getBytes(StandardCharsets.UTF_8);
    return Optional.of(Cut.artifact("diff.patch", "text/x-patch", bytes, whole));
  }

  private @Nullable String patch(String id, ChangedFile file, Deadline deadline) {
    String path = Calls.path(id) + "/git/diff?path=" + Api.quoted(file.path());
    Reply reply = calls.get(path, deadline);
    return reply instanceof Answer(int status, JsonNode body, _) && status == 200
        ? FilePatch.of(
            file.path(),
            body.path("original").stringValue(""),
            body.path("modified").stringValue(""))
        : null;
  }
}
