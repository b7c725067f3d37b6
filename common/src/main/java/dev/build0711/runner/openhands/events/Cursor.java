package dev.build0711.runner.openhands.events;

import dev.build0711.runner.run.Reason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What is remembered of a conversation between two looks. Its text form is a small JSON object.
///
/// @param last the id of the newest event read; pages are asked for from there
/// @param seen what the conversation itself said when its events had been read to their end
/// @param response the id of the newest answer of the language model
/// @param iterations how many answers the language model gave
/// @param error what the newest error was, of those since the newest message or run
/// @param moved whether an event since the last start, resume or message shows that it took effect;
///   before that a status may be an old one
/// @param restart whether the newest sign is that a restart of the server ended a tool call
/// @param awaited how many messages of a user have to be read before the agent is believed to rest:
///   those that it is known to have got
/// @param answered what waited for leave when an answer was sent whose fate is not known; null
///   where there is no such answer
/// @param proposal the action that the agent began, or asks leave for; null when it has been done
/// @param workedAt when the agent was last known to work, or was set to work; null when it has come
///   to rest since, or where that is not known
public record Cursor(
    @Nullable String last,
    @Nullable String seen,
    @Nullable String response,
    int iterations,
    int userMessages,
    Ending ending,
    @Nullable Reason error,
    boolean moved,
    boolean restart,
    int awaited,
    @Nullable String answered,
    @Nullable String proposal,
    @Nullable Instant workedAt) {

  /// What the agent's newest act was.
  public enum Ending {
    /// Something after which it goes on.
    NONE,
    /// A call of the finish tool.
    FINISH,
    /// A message to the user.
    TEXT
  }

  private static final JsonMapper JSON = new JsonMapper();

  /// The memory of a conversation that was set to work at `now` and not looked at since.
  public static Cursor begun(@Nullable Instant now) {
    return new Cursor(null, null, null, 0, 0, Ending.NONE, null, false, false, 0, null, null, now);
  }

  /// Reads what [#toString] wrote; anything else is like having read nothing.
  public static Cursor parse(@Nullable String text) {
    if (text == null) {
      return begun(null);
    }
    try {
      Cursor read = JSON.readValue(text, Cursor.class);
      return read == null || read.ending == null ? begun(null) : read;
    } catch (JacksonException e) {
      return begun(null);
    }
  }

  /// This, after the agent was set going again at `now`.
  public Cursor resumed(Instant now) {
    return new Cursor(
        last,
        null,
        response,
        iterations,
        userMessages,
        ending,
        null,
        false,
        false,
        awaited,
        null,
        null,
        now);
  }

  /// This, where the conversation is known to hold so many messages of a user. Its events are read
  /// on at the next look even if it says that nothing has changed.
  public Cursor awaiting(int messages) {
    return new Cursor(
        last,
        null,
        response,
        iterations,
        userMessages,
        ending,
        error,
        moved,
        restart,
        Math.max(awaited, messages),
        null,
        proposal,
        workedAt);
  }

  /// This, where an answer was sent to `action` whose fate is not known.
  public Cursor answering(String action) {
    return new Cursor(
        last,
        seen,
        response,
        iterations,
        userMessages,
        ending,
        error,
        moved,
        restart,
        awaited,
        action,
        proposal,
        workedAt);
  }

  @Override
  public String toString() {
    return JSON.writeValueAsString(this);
  }
}
