package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Content;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.openhands.results.Artifacts;
import dev.build0711.runner.openhands.results.ChangedFiles;
import dev.build0711.runner.port.AgentBackend.Collection;
import dev.build0711.runner.port.AgentBackend.Collection.Harvest;
import dev.build0711.runner.port.AgentBackend.Collection.Unavailable;
import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.run.ChangedFile;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Fetches what an agent left in its sandbox, then takes the sandbox away: the conversation would
/// keep one of the server's few places. What cannot be fetched is left out; without a sandbox,
/// nothing can.
final class Collector {

  /// Kept for giving the place back.
  private static final Duration CLOSING = Duration.ofSeconds(15);

  /// Events shrink to a fraction of their size in an archive.
  private static final int MAX_TRAJECTORY = 4 * Artifact.MAX_BYTES;

  private static final int MOST_DIFFERENCES = 100;

  private final Calls calls;

  Collector(Calls calls) {
    this.calls = calls;
  }

  /// @param inRepository whether the agent works in a repository
  Collection collect(String id, boolean inRepository, Deadline deadline) {
    Duration left = deadline.left();
    boolean much = left.compareTo(CLOSING.multipliedBy(2)) > 0;
    Deadline fetching = much ? Deadline.in(left.minus(CLOSING), deadline.clock()) : deadline.half();
    Reply trajectory = calls.fetch(Calls.path(id) + "/trajectory", MAX_TRAJECTORY, fetching.half());
    if (!(trajectory instanceof Content(byte[] bytes, boolean truncated)) || !isJson(bytes)) {
      return trajectory.is(404)
          ? withoutSandbox(id, deadline)
          : new Unavailable(trajectory.silence());
    }
    List<Artifact> artifacts = new ArrayList<>();
    List<ChangedFile> files =
        inRepository
            ? ChangedFiles.in(calls.get(Calls.path(id) + "/git/changes", fetching))
            : List.of();
    Artifacts.patch(files, MOST_DIFFERENCES, file -> difference(id, file, fetching))
        .ifPresent(artifacts::add);
    // half a trajectory is no JSON
    byte[] zip = truncated ? new byte[0] : zipped(bytes);
    artifacts.add(Artifacts.trajectory(zip, truncated));
    calls.close(id, deadline);
    return new Harvest(new ResultsCollected(null, null, files), artifacts);
  }

  /// A login page is no trajectory.
  private static boolean isJson(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == '{';
  }

  private Collection withoutSandbox(String id, Deadline deadline) {
    return switch (Looks.info(calls, id, deadline)) {
      case Silent<Optional<ConversationInfo>>(var evidence) -> new Unavailable(evidence);
      case Got<Optional<ConversationInfo>>(var info) ->
          info.isEmpty()
              ? new Unavailable(new ConversationMissing())
              : new Harvest(new ResultsCollected(null, null, List.of()), List.of());
    };
  }

  private Reply difference(String id, ChangedFile file, Deadline deadline) {
    return calls.get(Calls.path(id) + "/git/diff?path=" + Api.quoted(file.path()), deadline);
  }

  private static byte[] zipped(byte[] trajectory) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      ZipEntry entry = new ZipEntry("trajectory.json");
      entry.setTime(0); // the same events make the same archive
      zip.putNextEntry(entry);
      zip.write(trajectory);
      zip.closeEntry();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }
}
