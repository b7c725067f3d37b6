package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.openhands.events.Cursor;
import dev.build0711.runner.run.Usage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What is remembered of a conversation between two looks. Its text form is a small JSON object.
///
/// @param task the id of the task that starts the conversation; null when it has
/// @param phase the task's status when it was last seen
/// @param page where the next look goes on reading events
/// @param known digests of the events read last, so that none is counted twice
/// @param told the agent's newest status among the events since the newest message
/// @param word the agent's status as the server last said it; null since it was set going
/// @param since when the server began to say `word`
/// @param good when the sandbox was last known to be well or was set going; null where that is not
///   known
/// @param usage what the agent has used, as the events tell it
/// @param pulls what comes before the number in the address of a pull request; null for a run
///   without a repository
record Memory(
    @Nullable String task,
    @Nullable String phase,
    Cursor events,
    @Nullable String page,
    List<String> known,
    @Nullable String told,
    @Nullable String word,
    @Nullable Instant since,
    @Nullable Instant good,
    @Nullable Integer maxIterations,
    Usage usage,
    @Nullable String pulls) {

  private static final JsonMapper JSON = new JsonMapper();

  Memory {
    known = List.copyOf(known);
  }

  /// The memory of a conversation that was started at `now` and not looked at since.
  static Memory begun(@Nullable String task, @Nullable Instant now, @Nullable String pulls) {
    Cursor events = Cursor.begun(now).awaiting(1);
    return new Memory(
        task, null, events, null, List.of(), null, null, null, now, null, Usage.NONE, pulls);
  }

  /// Reads what [#toString] wrote; anything else is like having read nothing.
  static Memory parse(@Nullable String text) {
    if (text == null) {
      return begun(null, null, null);
    }
    try {
      Memory read = JSON.readValue(text, Memory.class);
      return read == null || read.events == null || read.usage == null
          ? begun(null, null, null)
          : read;
    } catch (JacksonException | NullPointerException e) {
      return begun(null, null, null);
    }
  }

  /// This, while its task is in `next`.
  Memory in(String next) {
    return new Memory(
        task, next, events, page, known, told, word, since, good, maxIterations, usage, pulls);
  }

  /// This, when its task is done.
  Memory ready() {
    return new Memory(
        null, null, events, page, known, told, word, since, good, maxIterations, usage, pulls);
  }

  /// This, after the agent was set going again at `now`.
  Memory resumed(Instant now) {
    return new Memory(
        task,
        phase,
        events.resumed(now),
        page,
        known,
        null,
        null,
        null,
        now,
        maxIterations,
        usage,
        pulls);
  }

  /// This, after the agent got a message at `now`.
  Memory told(Instant now) {
    return new Memory(
        task,
        phase,
        events.resumed(now).awaiting(Math.max(events.awaited(), events.userMessages()) + 1),
        page,
        known,
        null,
        null,
        null,
        now,
        maxIterations,
        usage,
        pulls);
  }

  @Override
  public String toString() {
    return JSON.writeValueAsString(this);
  }
}
