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
/// @param moved whether an event since the last start or resume shows that it took effect; before
///   that a status may be an old one
/// @param restart whether the newest sign is that a restart of the server ended a tool call
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
    return new Cursor(null, null, null, 0, 0, Ending.NONE, null, false, false, now);
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
        last, null, response, iterations, userMessages, ending, null, false, false, now);
  }

  @Override
  public String toString() {
    return JSON.writeValueAsString(this);
  }
}
