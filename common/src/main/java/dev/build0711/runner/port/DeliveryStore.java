package dev.build0711.runner.port;

import dev.build0711.runner.run.Clues;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What git hosts have delivered, and the effect of each delivery, stored together or not at all.
///
/// Every method throws [StorageUnavailable] when the store cannot be used now.
public interface DeliveryStore {

  /// The delivery with this key, if it was stored before.
  Optional<Delivery> find(String source, String key);

  /// The runs that any of the clues points at, at most 50, without judging which clue counts.
  List<Run> candidates(Clues clues);

  /// Stores a delivery with its effect on a run. Where `change` is given, the run is written only
  /// if it still has the version that the change expects.
  ///
  /// @param look whether the run should be looked at now
  Recorded record(Delivery delivery, RunStore.@Nullable Change change, boolean look);

  /// Stores a delivery that tells a repository's new name, and gives that name to all its runs.
  Recorded rename(Delivery delivery, Repository renamed, String oldPath);

  /// One delivery of a git host, as the ledger keeps it; never its text.
  ///
  /// @param source `github`, `gitlab`
  /// @param key what the host calls the delivery, the same for every repetition of it
  /// @param event what the host calls the kind of event
  /// @param bodySha256 the SHA-256 of the bytes as they came, in lower-case hex
  /// @param facts what is needed to look at the delivery again later, as JSON values
  record Delivery(
      String source,
      String key,
      String event,
      String bodySha256,
      @Nullable Repository repository,
      Outcome outcome,
      String effect,
      @Nullable RunId runId,
      @Nullable LinkRule rule,
      Map<String, Object> facts,
      Instant receivedAt) {}

  /// What became of a delivery; [#toString] is the word of the API.
  enum Outcome {
    APPLIED,
    DUPLICATE,
    IGNORED,
    UNLINKED;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// What became of storing a delivery.
  sealed interface Recorded {

    /// Stored, and the run to be woken, where one is.
    record Stored(RunStore.@Nullable Wake wake) implements Recorded {}

    /// The same delivery was stored before, with this effect.
    record Repeated(Delivery first) implements Recorded {}

    /// Somebody else has changed the run meanwhile; decide again.
    record Stale() implements Recorded {}
  }
}
