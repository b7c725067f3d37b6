package dev.build0711.runner.app;

import dev.build0711.runner.app.Verdicts.Verdict;
import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.DeliveryStore.Delivery;
import dev.build0711.runner.port.DeliveryStore.Outcome;
import dev.build0711.runner.port.DeliveryStore.Recorded;
import dev.build0711.runner.port.GitDelivery;
import dev.build0711.runner.port.GitEvent.BranchPushed;
import dev.build0711.runner.port.GitEvent.CiFinished;
import dev.build0711.runner.port.GitEvent.CommentCreated;
import dev.build0711.runner.port.GitEvent.Ignored;
import dev.build0711.runner.port.GitEvent.Ping;
import dev.build0711.runner.port.GitEvent.PullRequestShown;
import dev.build0711.runner.port.GitEvent.RepositoryRenamed;
import dev.build0711.runner.port.GitEvent.ReviewSubmitted;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.RunId;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes what a git host delivered: finds the run it is about, tells the run, and stores the
/// delivery with its effect in one step. The same delivery again changes nothing.
public final class ReceiveWebhook {

  private final DeliveryStore deliveries;
  private final WakeUps wakeUps;
  private final Testimonies testimonies;
  private final Verdicts verdicts;
  private final InstantSource clock;

  /// @param backends the base URLs of the configured backends, for links to their conversations
  public ReceiveWebhook(
      DeliveryStore deliveries,
      WakeUps wakeUps,
      Marker marker,
      List<URI> backends,
      InstantSource clock) {
    this.deliveries = deliveries;
    this.wakeUps = wakeUps;
    this.testimonies = new Testimonies(marker, new ConversationLinks(backends));
    this.verdicts = new Verdicts(deliveries, clock);
    this.clock = clock;
  }

  /// What became of a delivery.
  ///
  /// @param effect the exact word for it: `link`, `update`, `duplicate-pr`, `branch`, `review`,
  ///   `comment`, `ci`, `rename`, `pong`, `ignored`, `unlinked`, `repeat`
  public record Receipt(String deliveryId, Outcome outcome, String effect, @Nullable RunId runId) {}

  /// Takes one authentic delivery.
  ///
  /// @throws StorageUnavailable if it could not be stored; the host may send it again
  public Receipt receive(GitDelivery delivery) {
    Receipt receipt = taken(delivery);
    RunLog.delivered(receipt);
    return receipt;
  }

  private Receipt taken(GitDelivery delivery) {
    return switch (delivery.event()) {
      case Ping _ -> note(delivery, "pong", Map.of());
      case Ignored(String why) -> note(delivery, "ignored", Map.of("why", why));
      case RepositoryRenamed e -> rename(delivery, e);
      case PullRequestShown(var shown) -> tell(delivery, testimonies.of(shown));
      case BranchPushed e -> tell(delivery, testimonies.of(e));
      case ReviewSubmitted e -> tell(delivery, testimonies.of(e));
      case CommentCreated e -> tell(delivery, testimonies.of(e));
      case CiFinished e -> tell(delivery, testimonies.of(e));
    };
  }

  private Receipt note(GitDelivery delivery, String effect, Map<String, Object> facts) {
    Delivery row = row(delivery, null, new Verdict(Outcome.IGNORED, effect), facts);
    return receipt(row, null, deliveries.record(row, null, false)).orElseThrow();
  }

  private Receipt rename(GitDelivery delivery, RepositoryRenamed event) {
    Map<String, Object> facts = Map.of("from", event.oldPath(), "to", event.renamed().path());
    Delivery row = row(delivery, event.renamed(), new Verdict(Outcome.APPLIED, "rename"), facts);
    return receipt(row, null, deliveries.rename(row, event.renamed(), event.oldPath()))
        .orElseThrow();
  }

  private Receipt tell(GitDelivery delivery, Testimony testimony) {
    for (int tried = 0; tried < Verdicts.MAX_TRIES; tried++) {
      Verdict verdict = verdicts.of(testimony);
      Delivery row =
          row(delivery, testimony.clues().repository(), verdict, TestimonyFacts.write(testimony));
      Change change = verdict.change();
      Optional<Receipt> receipt =
          receipt(row, change, deliveries.record(row, change, verdict.look()));
      if (receipt.isPresent()) {
        return receipt.get();
      }
    }
    throw new StorageUnavailable(
        "the run of a delivery changes too fast", new IllegalStateException("still stale"));
  }

  /// Empty where the run had changed and the delivery must be decided again.
  private Optional<Receipt> receipt(Delivery row, @Nullable Change change, Recorded recorded) {
    return switch (recorded) {
      case Recorded.Stored(var wake) -> {
        RunLog.moved(change);
        if (wake != null) {
          wakeUps.wake(wake);
        }
        yield Optional.of(new Receipt(row.key(), row.outcome(), row.effect(), row.runId()));
      }
      case Recorded.Repeated(Delivery first) ->
          Optional.of(new Receipt(row.key(), Outcome.DUPLICATE, "repeat", first.runId()));
      case Recorded.Stale _ -> Optional.empty();
    };
  }

  private Delivery row(
      GitDelivery delivery,
      @Nullable Repository repository,
      Verdict verdict,
      Map<String, Object> facts) {
    return new Delivery(
        delivery.source(),
        delivery.key(),
        delivery.kind(),
        delivery.bodySha256(),
        repository,
        verdict.outcome(),
        verdict.effect(),
        verdict.runId(),
        verdict.rule(),
        facts,
        clock.instant());
  }
}
