package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What is remembered of a conversation between two looks. Its text form is a small JSON object.
///
/// @param last the id of the newest event read, -1 for none
/// @param since states of the agent up to this event do not count any more: it has got a message or
///   an answer after it
/// @param state the state that the agent is in, in the server's words; empty before the first
/// @param restarted whether the sandbox was started anew since, which ends whatever the agent did
/// @param error why the agent is in the state `error`
/// @param response the id of the newest answer of the language model
/// @param iterations how many answers the language model gave
/// @param userMessages how many messages of a user were read
/// @param pullRequests how many of the server's own list of pull requests were handed on
/// @param address what comes before the number in the address of a pull request, null where the
///   conversation has no repository
record Cursor(
    int last,
    int since,
    String state,
    boolean restarted,
    @Nullable Reason error,
    @Nullable String response,
    int iterations,
    int userMessages,
    Usage usage,
    int pullRequests,
    @Nullable String address) {

  /// A state that no server has: the agent was written to, and has not shown what it makes of it.
  static final String TOLD = "told";

  private static final JsonMapper JSON = new JsonMapper();

  /// The memory of a conversation of which nothing was read.
  static Cursor begun(@Nullable String address) {
    return new Cursor(-1, -1, "", false, null, null, 0, 0, Usage.NONE, 0, address);
  }

  /// Reads what [#toString] wrote; anything else is like having read nothing.
  @SuppressWarnings("ConstantValue") // Jackson leaves null what is missing
  static Cursor parse(@Nullable String text) {
    if (text == null) {
      return begun(null);
    }
    try {
      Cursor read = JSON.readValue(text, Cursor.class);
      return read == null || read.state == null || read.usage == null ? begun(null) : read;
    } catch (JacksonException e) {
      return begun(null);
    }
  }

  /// This, after the agent was written to when `event` was the newest: what it was before is over.
  Cursor told(int event) {
    return new Cursor(
        last,
        event,
        TOLD,
        false,
        null,
        response,
        iterations,
        userMessages,
        usage,
        pullRequests,
        address);
  }

  /// This, after `event` was found to be a message that the agent was written.
  Cursor found(int event) {
    return last >= event ? this : told(event);
  }

  Cursor withPullRequests(int handedOn) {
    return new Cursor(
        last,
        since,
        state,
        restarted,
        error,
        response,
        iterations,
        userMessages,
        usage,
        handedOn,
        address);
  }

  @Override
  public String toString() {
    return JSON.writeValueAsString(this);
  }
}
