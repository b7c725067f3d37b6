package dev.build0711.runner.app;

import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Accepted;
import dev.build0711.runner.port.RunStore.Applied;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.port.RunStore.IdempotencyKey;
import dev.build0711.runner.port.RunStore.Mailbox;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.run.Evidence.MessageAccepted;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunLifecycle;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.StatusReason;
import dev.build0711.runner.run.Transition.Moved;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Accepts messages to agents from somebody who may see some projects; an empty set of projects is
/// all of them. Only writes what is wanted: the next look hands the message to the agent.
public final class SendMessage {

  /// How many messages a run may have.
  public static final int MAX_MESSAGES = 1_000;

  /// How many of them may wait to be sent.
  public static final int MAX_WAITING = 50;

  /// How often a message is decided anew because its run changed meanwhile.
  static final int MAX_TRIES = 8;

  private final RunStore store;
  private final WakeUps wakeUps;
  private final Prompts prompts;
  private final InstantSource clock;

  public SendMessage(RunStore store, WakeUps wakeUps, Prompts prompts, InstantSource clock) {
    this.store = store;
    this.wakeUps = wakeUps;
    this.prompts = prompts;
    this.clock = clock;
  }

  /// What a caller writes.
  ///
  /// @param accept whether the action that waits for leave is allowed, null for a plain message
  public record Letter(@Nullable String text, @Nullable Boolean accept) {}

  /// What became of a message.
  public sealed interface Outcome {

    /// Stored; the agent is to get it.
    record Taken(Accepted accepted) implements Outcome {}

    /// The same request was accepted before; this is its message as it is now.
    record Replayed(Accepted accepted) implements Outcome {}

    /// The key was used for another request to this run.
    record KeyReused() implements Outcome {}

    record Refused(Why why) implements Outcome {}
  }

  /// Why a run takes no message.
  public enum Why {
    NOT_STARTED,
    CANCELLING,
    TERMINAL,
    /// Nothing waits for leave, or it has been answered already.
    NOTHING_TO_CONFIRM,
    TOO_MANY_WAIT,
    TOO_MANY
  }

  /// Accepts the message; empty where there is no run that may be seen.
  ///
  /// @throws StorageUnavailable if it could not be stored
  public Optional<Outcome> send(
      RunId id, Set<String> projects, Letter letter, @Nullable IdempotencyKey key) {
    for (int tried = 0; tried < MAX_TRIES; tried++) {
      Optional<Mailbox> found =
          store
              .mailbox(id, letter.text(), key)
              .filter(box -> FindRuns.sees(projects, box.run().spec().projectId()));
      if (found.isEmpty()) {
        return Optional.empty();
      }
      Outcome outcome = decide(found.get(), letter, key);
      if (outcome != null) {
        return Optional.of(outcome);
      }
    }
    throw new StorageUnavailable(
        "the run of a message changes too fast", new IllegalStateException("still stale"));
  }

  /// Null where the run had changed and this must be decided again.
  private @Nullable Outcome decide(Mailbox box, Letter letter, @Nullable IdempotencyKey key) {
    if (box.first() != null && key != null) {
      return key.sha256().equals(box.first().sha256())
          ? new Outcome.Replayed(box.first())
          : new Outcome.KeyReused();
    }
    Why why = refusal(box, letter);
    return why == null ? accept(box, letter, key) : new Outcome.Refused(why);
  }

  private static @Nullable Why refusal(Mailbox box, Letter letter) {
    return switch (box.run().status()) {
      case QUEUED -> Why.NOT_STARTED;
      case CANCELLING -> Why.CANCELLING;
      case COMPLETED, FAILED, CANCELLED, TIMED_OUT -> Why.TERMINAL;
      case RUNNING, AWAITING_INPUT -> {
        if (letter.accept() != null && !confirmable(box)) {
          yield Why.NOTHING_TO_CONFIRM;
        }
        if (box.messages() >= MAX_MESSAGES) {
          yield Why.TOO_MANY;
        }
        yield box.waiting() >= MAX_WAITING ? Why.TOO_MANY_WAIT : null;
      }
    };
  }

  /// One consent is for one action: a second one would be for an action that nobody has seen yet.
  private static boolean confirmable(Mailbox box) {
    StatusReason reason = box.run().standing().reason();
    return box.run().status() == RunStatus.AWAITING_INPUT
        && reason != null
        && reason.code() == Reason.CONFIRMATION_WANTED
        && box.waiting() == 0;
  }

  private @Nullable Outcome accept(Mailbox box, Letter letter, @Nullable IdempotencyKey key) {
    Run run = box.run();
    Message message = message(box, letter);
    if (!(RunLifecycle.next(run, new MessageAccepted(message), clock.instant())
        instanceof Moved(Run after, var events))) {
      throw new IllegalStateException("a run that takes messages refuses one");
    }
    return switch (store.accept(new Change(run, after, events), message, key)) {
      case Applied.Done(var wake) -> {
        RunLog.messageAccepted(after);
        if (wake != null) {
          wakeUps.wake(wake);
        }
        yield new Outcome.Taken(
            new Accepted(message, key == null ? null : key.sha256(), after.updatedAt()));
      }
      case Applied.Stale _ -> null;
    };
  }

  private Message message(Mailbox box, Letter letter) {
    boolean prompt = prompts.of(box.run()).equals(letter.text());
    return new Message(
        box.messages() + 1,
        letter.text(),
        letter.accept(),
        box.same() + (prompt ? 1 : 0),
        box.run().schedule().pollEpoch(),
        Message.State.WANTED,
        null);
  }
}
