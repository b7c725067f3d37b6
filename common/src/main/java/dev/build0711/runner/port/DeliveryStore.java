package dev.build0711.runner.port;

import dev.build0711.runner.run.Clues;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What git hosts have delivered, and the effect of each delivery, stored together or not at all.
///
/// Every method throws [StorageUnavailable] when the store cannot be used now.
public interface DeliveryStore {

  /// How long a run is looked for.
  Duration RETRIED = Duration.ofDays(7);

  /// How long a repetition is known for one.
  Duration KEPT = Duration.ofDays(30);

  /// How much earlier than another machine's clock says a run may have changed.
  Duration SKEW = Duration.ofMinutes(1);

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

  /// Unlinked deliveries that may have a run by now, at most `limit`, those first that were not
  /// tried for longest: no older than [#RETRIED], and a run of their repository has changed since
  /// they were last tried.
  List<Waiting> waiting(int limit);

  /// Stores what became of a delivery that was tried again, with its effect on a run, as [#record]
  /// does. [Recorded.Repeated] where somebody else has tried it meanwhile.
  ///
  /// @param decided the delivery with its new outcome
  Recorded settle(
      Waiting waiting, Delivery decided, RunStore.@Nullable Change change, boolean look);

  /// Gives up deliveries that have waited for [#RETRIED], and removes those that are older than
  /// [#KEPT]: of each at most `limit`, the oldest first.
  ///
  /// @return how many of the more numerous kind
  int prune(int limit);

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
      Instant receivedAt) {

    /// The effect of a delivery that found no run.
    public static final String UNLINKED = "unlinked";

    /// This delivery with what became of it.
    public Delivery decided(
        Outcome nextOutcome,
        String nextEffect,
        @Nullable RunId nextRunId,
        @Nullable LinkRule nextRule) {
      return new Delivery(
          source,
          key,
          event,
          bodySha256,
          repository,
          nextOutcome,
          nextEffect,
          nextRunId,
          nextRule,
          facts,
          receivedAt);
    }

    /// Whether a run may be found for it later.
    public boolean waits() {
      return outcome == Outcome.UNLINKED && repository != null;
    }
  }

  /// A delivery whose run is looked for.
  ///
  /// @param triedAt when it was last tried, by which others notice that somebody has tried it
  /// @param now the store's clock when it was read
  record Waiting(Delivery delivery, Instant triedAt, Instant now) {}

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
