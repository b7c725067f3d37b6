package dev.build0711.runner.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A caller's message to the agent, or an answer to an action that it asked leave for.
///
/// @param seq its number in its run, from 1
/// @param text what the caller wrote; null where it only consents
/// @param accept whether the action is allowed; null for a plain message, which refuses an action
///   that waits for leave
/// @param earlier how many messages before it, the prompt included, had the same text: only more
///   than these are a sign that it has arrived
/// @param askedEpoch the run's `poll_epoch` when it was accepted: no look up to this one can have
///   sent it
/// @param triedAt when it was last sent without its fate being known; null where it was not
public record Message(
    int seq,
    @Nullable String text,
    @Nullable Boolean accept,
    int earlier,
    long askedEpoch,
    State state,
    @Nullable Instant triedAt) {

  public static final int MAX_TEXT = 100_000;

  public enum State {
    /// The agent is to get it.
    WANTED,
    /// The agent has it.
    DELIVERED,
    /// The agent will not get it.
    REFUSED;

    @Override
    public String toString() {
      return Words.of(this);
    }
  }

  Message tried(Instant now) {
    return new Message(seq, text, accept, earlier, askedEpoch, state, now);
  }

  Message settled(State next) {
    return new Message(seq, text, accept, earlier, askedEpoch, next, triedAt);
  }
}
