package dev.build0711.runner.openhands.results;

import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.exchange.Reply.Content;
import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.run.ChangedFile;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// The artifacts that a run can have, whatever its server speaks: `diff.patch` and
/// `trajectory.zip`.
public final class Artifacts {

  private Artifacts() {}

  /// The archive of an answer; empty where it has none. Releases without the call may answer with a
  /// web page.
  public static Optional<Artifact> trajectory(Reply reply) {
    return reply instanceof Content(byte[] bytes, boolean truncated) && begins(bytes, "PK")
        ? Optional.of(trajectory(bytes, truncated))
        : Optional.empty();
  }

  /// Half an archive is of no use: of one that is too large only that is told.
  public static Artifact trajectory(byte[] zip, boolean truncated) {
    boolean whole = !truncated && zip.length <= Artifact.MAX_BYTES;
    return new Artifact("trajectory.zip", "application/zip", whole ? zip : new byte[0], !whole);
  }

  /// What `git diff` printed, as much of it as there is room for; empty where that is no
  /// difference.
  public static Optional<Artifact> patch(byte[] bytes, boolean truncated) {
    boolean fits = bytes.length <= Artifact.MAX_BYTES;
    byte[] kept = fits ? bytes : Arrays.copyOf(bytes, Artifact.MAX_BYTES);
    return begins(kept, "diff ")
        ? Optional.of(new Artifact("diff.patch", "text/x-patch", kept, truncated || !fits))
        : Optional.empty();
  }

  /// The patch of files of which the server tells only both texts.
  ///
  /// @param most so many files are asked for
  /// @param difference asks for `{"original": …, "modified": …}` of one file
  public static Optional<Artifact> patch(
      List<ChangedFile> files, int most, Function<ChangedFile, Reply> difference) {
    ByteArrayOutputStream patch = new ByteArrayOutputStream();
    boolean whole = files.size() <= most;
    for (ChangedFile file : files.stream().limit(most).toList()) {
      if (difference.apply(file) instanceof Answer(int status, JsonNode body, _) && status == 200) {
        patch.writeBytes(patch(file, body).getBytes(StandardCharsets.UTF_8));
      } else {
        whole = false;
      }
      if (patch.size() > Artifact.MAX_BYTES) {
        break;
      }
    }
    return patch(patch.toByteArray(), !whole);
  }

  private static String patch(ChangedFile file, JsonNode texts) {
    return FilePatch.of(
        file.path(),
        texts.path("original").stringValue(""),
        texts.path("modified").stringValue(""));
  }

  private static boolean begins(byte[] bytes, String mark) {
    return new String(bytes, 0, Math.min(mark.length(), bytes.length), StandardCharsets.ISO_8859_1)
        .equals(mark);
  }
}
