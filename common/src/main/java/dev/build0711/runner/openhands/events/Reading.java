package dev.build0711.runner.openhands.events;

import dev.build0711.runner.openhands.Texts;
import dev.build0711.runner.openhands.events.Cursor.Ending;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.AgentStatus.Waiting;
import dev.build0711.runner.run.Progress;
import dev.build0711.runner.run.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads events in their order, from a cursor on, and keeps what they tell. Fields of the wrong
/// type are as if they were absent, and kinds it does not know tell nothing.
public final class Reading {

  private static final int MAX_ID = 100;

  private @Nullable String last;
  private @Nullable String response;
  private int iterations;
  private int userMessages;
  private Ending ending;
  private @Nullable Reason error;
  private boolean moved;
  private boolean restart;
  private boolean setGoing;
  private final int awaited;
  private final @Nullable String answered;
  private @Nullable String proposedBefore;
  private final List<JsonNode> proposed = new ArrayList<>();
  private int fresh;
  private @Nullable List<Progress.Task> tasks;
  private @Nullable String lastWords;
  private final Set<String> links = new LinkedHashSet<>();

  /// A reading that goes on where `cursor` ends.
  public Reading(Cursor cursor) {
    last = cursor.last();
    response = cursor.response();
    iterations = cursor.iterations();
    userMessages = cursor.userMessages();
    ending = cursor.ending();
    error = cursor.error();
    moved = cursor.moved();
    restart = cursor.restart();
    awaited = cursor.awaited();
    answered = cursor.answered();
    proposedBefore = cursor.proposal();
  }

  /// Takes a page that was asked for from [#last] on, that event included. A server that does not
  /// know the event begins at the beginning: then everything is counted anew.
  public void page(JsonNode items) {
    boolean goesOn = last == null || id(items.path(0)).equals(last);
    if (!goesOn && !items.isEmpty()) {
      forget();
    }
    int known = last == null ? 0 : 1;
    items.valueStream().skip(known).forEach(this::take);
  }

  private void forget() {
    last = null;
    response = null;
    iterations = 0;
    userMessages = 0;
    ending = Ending.NONE;
    error = null;
    moved = false;
    restart = false;
    nothingProposed();
  }

  /// Takes the next event, which was not read before.
  public void take(JsonNode event) {
    fresh++;
    String id = id(event);
    if (!id.isEmpty() && id.length() <= MAX_ID) {
      last = id;
    }
    switch (event.path("kind").stringValue("")) {
      case "MessageEvent" -> message(event);
      case "ActionEvent" -> action(event);
      case "ObservationEvent" -> observation(event.path("observation"));
      case "ConversationStateUpdateEvent" -> update(event);
      case "ConversationErrorEvent" -> {
        error = ErrorReasons.of(event);
        moved = true;
        setGoing = false;
      }
      case "AgentErrorEvent" ->
          restart = event.path("error").stringValue("").startsWith("A restart occurred");
      case "PauseEvent", "InterruptEvent" -> {
        moved = true;
        setGoing = false;
      }
      case "UserRejectObservation" -> {
        toldAnew();
        nothingProposed();
      }
      default -> {
        // tells nothing that is needed
      }
    }
  }

  private void message(JsonNode event) {
    switch (event.path("source").stringValue("")) {
      case "user" -> {
        userMessages++;
        toldAnew();
      }
      case "agent" -> {
        ending = Ending.TEXT;
        answered(event);
        lastWords = Texts.clean(text(event.path("llm_message").path("content")));
        Links.collect(lastWords, links);
      }
      default -> {
        // a hook's
      }
    }
  }

  /// Whatever status was told before is an old one.
  private void toldAnew() {
    ending = Ending.NONE;
    error = null;
    moved = false;
    restart = false;
  }

  private void action(JsonNode event) {
    int before = iterations;
    answered(event);
    JsonNode action = event.path("action");
    String kind = action.path("kind").stringValue("");
    if (iterations != before) {
      nothingProposed();
    }
    proposed.add(event);
    ending = Ending.NONE;
    if (kind.equals("FinishAction")) {
      ending = Ending.FINISH;
      lastWords = Texts.clean(action.path("message").stringValue(""));
      Links.collect(lastWords, links);
    } else if (kind.equals("TaskTrackerAction")
        && "plan".equals(action.path("command").stringValue(""))) {
      tasks = TaskLists.in(action, tasks);
    }
  }

  private void nothingProposed() {
    proposedBefore = null;
    proposed.clear();
  }

  /// What the agent began or asks leave for, and has not done: made only of what is left of all
  /// that was read.
  private @Nullable String proposal() {
    String all = proposedBefore;
    for (JsonNode event : proposed) {
      all = Proposal.of(all, event.path("tool_name").stringValue(""), event.path("action"));
    }
    return all;
  }

  /// Counts an act of the agent; acts of one answer of the language model share its id.
  private void answered(JsonNode event) {
    moved = true;
    setGoing = false;
    restart = false;
    String id = event.path("llm_response_id").stringValue("");
    if (!id.isEmpty() && id.length() <= MAX_ID && !id.equals(response)) {
      response = id;
      iterations++;
    }
  }

  private void observation(JsonNode observation) {
    nothingProposed();
    switch (observation.path("kind").stringValue("")) {
      case "TaskTrackerObservation" -> tasks = TaskLists.in(observation, tasks);
      case "TerminalObservation", "MCPToolObservation" ->
          Links.collect(text(observation.path("content")), links);
      default -> {
        // other tools print no addresses of their own
      }
    }
  }

  private void update(JsonNode event) {
    if (!event.path("key").stringValue("").equals("execution_status")) {
      return;
    }
    moved = true;
    setGoing = event.path("value").stringValue("").equals("running");
    if (setGoing) {
      error = null;
      restart = false;
    }
  }

  private static String id(JsonNode event) {
    return event.path("id").stringValue("");
  }

  private static String text(JsonNode content) {
    return content
        .valueStream()
        .map(part -> part.path("text").stringValue(""))
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  /// The id of the newest event read.
  public @Nullable String last() {
    return last;
  }

  /// How many events were read that an earlier look had not read.
  public int fresh() {
    return fresh;
  }

  /// How many answers the language model gave so far.
  public int iterations() {
    return iterations;
  }

  /// How many messages of a user were read so far.
  public int userMessages() {
    return userMessages;
  }

  /// What the agent's newest act was.
  public Ending ending() {
    return ending;
  }

  /// What the newest error was, of those since the newest message or run; null where there is none.
  public @Nullable Reason error() {
    return error;
  }

  /// Whether an event since the last start, resume or message shows that it took effect.
  public boolean moved() {
    return moved && !awaits();
  }

  /// Whether a message that the conversation is known to have got has not been read.
  public boolean awaits() {
    return userMessages < awaited;
  }

  /// Whether the newest sign of those read now is that the agent was set going. What was said of
  /// the conversation before they were read may be older.
  public boolean setGoing() {
    return setGoing;
  }

  /// Whether the newest sign is that a restart of the server ended a tool call.
  public boolean restart() {
    return restart;
  }

  /// The newest task list of those read now, null where there is none.
  public @Nullable List<Progress.Task> tasks() {
    return tasks;
  }

  /// What an agent of that status said last: for what it asks leave, or else its newest closing
  /// text of those read now; null where there is none.
  public @Nullable String lastWords(AgentStatus status) {
    boolean asks = status instanceof Waiting(Reason why) && why == Reason.CONFIRMATION_WANTED;
    String proposal = asks ? proposal() : null;
    return proposal == null ? lastWords : proposal;
  }

  /// The addresses of pull requests in what was read now.
  public List<String> links() {
    return List.copyOf(links);
  }

  /// What to remember of all this.
  public Cursor cursor(@Nullable String seen, @Nullable Instant workedAt) {
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
        answered,
        proposal(),
        workedAt);
  }
}
