package dev.build0711.runner.openhands.results;

import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Texts;
import dev.build0711.runner.run.ChangedFile;
import dev.build0711.runner.run.ChangedFile.Change;
import dev.build0711.runner.run.Result;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The files of an answer to `git/changes`: `[{"status": "UPDATED", "path": "README.md"}]`.
public final class ChangedFiles {

  private ChangedFiles() {}

  /// At most [Result#MAX_CHANGES] files; what is no file with a known status is left out. None
  /// where the server did not tell.
  public static List<ChangedFile> in(Reply reply) {
    return reply instanceof Answer(int status, JsonNode body, _) && status == 200
        ? body.valueStream()
            .map(ChangedFiles::file)
            .flatMap(Optional::stream)
            .limit(Result.MAX_CHANGES)
            .toList()
        : List.of();
  }

  private static Optional<ChangedFile> file(JsonNode node) {
    String path = Texts.clean(node.path("path").stringValue(""));
    Change change = change(node.path("status").stringValue(""));
    boolean sound =
        !path.isEmpty()
            && path.length() <= ChangedFile.MAX_PATH
            && path.chars().noneMatch(Character::isISOControl);
    return sound && change != null ? Optional.of(new ChangedFile(path, change)) : Optional.empty();
  }

  /// The app server's older API hands on the letters of git itself.
  private static @Nullable Change change(String status) {
    return switch (status) {
      case "ADDED", "A", "??" -> Change.ADDED;
      case "DELETED", "D" -> Change.DELETED;
      case "UPDATED", "M", "U" -> Change.UPDATED;
      case "MOVED", "R" -> Change.MOVED;
      default -> null;
    };
  }
}
