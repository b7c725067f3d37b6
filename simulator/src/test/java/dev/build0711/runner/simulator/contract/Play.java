package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One row being played: a conversation, what was read of it, and what was seen in words that are
/// the same for every server.
final class Play {

  static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int MOST_LOOKS = 600;
  private static final int MOST_CALLS = 20;

  private final Stage stage;
  private final SplittableRandom random;
  private final List<String> seen = new ArrayList<>();
  private final List<String> links = new ArrayList<>();
  private @Nullable Order order;
  private @Nullable Conversation conversation;
  private @Nullable String cursor;
  private int messages;

  Play(Stage stage, long seed) {
    this.stage = stage;
    this.random = new SplittableRandom(seed);
  }

  Stage stage() {
    return stage;
  }

  AgentBackend backend() {
    return stage.backend();
  }

  /// What was seen, in order.
  List<String> seen() {
    return List.copyOf(seen);
  }

  /// The pull requests that the agent named.
  List<String> links() {
    return List.copyOf(links);
  }

  /// An order whose prompt asks the agent for a scenario.
  Order order(String cue, AgentOptions options) {
    RunId id = RunId.create(stage.now(), random);
    String prompt = "[[scenario: " + cue + "]] " + id + ": build it";
    return new Order(id, prompt, null, null, options, 1);
  }

  /// Starts a conversation that plays `cue`.
  Play start(String cue) {
    return start(order(cue, AgentOptions.NONE));
  }

  /// Starts a conversation whose agent asks before it acts.
  Play startAskingFirst() {
    stage.askFirst();
    return start("confirm");
  }

  Play start(Order wanted) {
    order = wanted;
    adopt(note(backend().start(wanted, true, LIMIT)));
    return this;
  }

  /// Tries to start what may be refused.
  Evidence tryStart(Order wanted) {
    order = wanted;
    return note(backend().start(wanted, true, LIMIT));
  }

  /// Takes over what a start gave.
  void adopt(Evidence started) {
    assertThat(started).isInstanceOf(ConversationStarted.class);
    ConversationStarted it = (ConversationStarted) started;
    conversation = it.conversation();
    cursor = it.cursor();
  }

  Order order() {
    return there(order);
  }

  Conversation conversation() {
    return there(conversation);
  }

  @Nullable String cursor() {
    return cursor;
  }

  /// What the backend says of the conversation now, with what happened since the last look.
  Evidence.OfLook look() {
    var watched = List.of(new Watched(conversation(), cursor));
    Evidence.OfLook evidence = backend().look(watched, LIMIT).getFirst();
    if (evidence instanceof AgentSeen(AgentLook look)) {
      cursor = look.cursor();
      links.addAll(look.links());
    }
    return note(evidence);
  }

  /// Looks until a look is as wanted.
  AgentLook until(String what, Predicate<AgentLook> wanted) {
    for (int i = 0; i < MOST_LOOKS; i++) {
      if (look() instanceof AgentSeen(AgentLook look) && wanted.test(look)) {
        return look;
      }
      stage.pass(Duration.ofMillis(500));
    }
    throw new AssertionError("never seen: " + what + "; seen: " + seen);
  }

  /// Looks until the agent works no more by itself.
  AgentLook untilRest() {
    return until("the agent at rest", look -> rests(look.status()));
  }

  /// Looks until the agent has taken a step.
  AgentLook untilWorking() {
    return until(
        "the agent at work",
        look -> look.status() instanceof AgentStatus.Working && look.iterations() > 0);
  }

  private static boolean rests(AgentStatus status) {
    return switch (status) {
      case AgentStatus.Starting _, AgentStatus.Working _, AgentStatus.Unknown _ -> false;
      case AgentStatus.Waiting _,
          AgentStatus.Finished _,
          AgentStatus.Failed _,
          AgentStatus.NeverStarted _,
          AgentStatus.Interrupted _ ->
          true;
    };
  }

  /// Hands the agent a message that nobody has sent before, and goes on reading after it.
  Evidence.OfControl tell(@Nullable String text, @Nullable Boolean accept) {
    Evidence.OfControl told = tell(text, accept, Sending.FIRST);
    if (told instanceof MessageTaken(String next)) {
      cursor = next;
    }
    return told;
  }

  Evidence.OfControl tell(@Nullable String text, @Nullable Boolean accept, Sending sending) {
    messages++;
    Message message = new Message(messages, text, accept, 0, 1, Message.State.WANTED, null);
    return note(backend().tell(conversation(), message, sending, cursor, LIMIT));
  }

  /// Hands the agent a message before which so many had the same text.
  Evidence.OfControl tellAfter(int earlier, String text, Sending sending) {
    messages++;
    Message message = new Message(messages, text, null, earlier, 1, Message.State.WANTED, null);
    Evidence.OfControl told = note(backend().tell(conversation(), message, sending, cursor, LIMIT));
    if (told instanceof MessageTaken(String next)) {
      cursor = next;
    }
    return told;
  }

  Evidence.OfControl stop() {
    return note(backend().stop(conversation(), LIMIT));
  }

  Evidence.OfControl resume() {
    Evidence.OfControl resumed = note(backend().resume(conversation(), cursor, LIMIT));
    if (resumed instanceof Evidence.AgentResumed(String next)) {
      cursor = next;
    }
    return resumed;
  }

  /// Sets the agent going again, however many calls that takes.
  Evidence.OfControl goOn() {
    Evidence.OfControl resumed = resume();
    for (int i = 0; i < MOST_CALLS && resumed instanceof Evidence.Resuming; i++) {
      stage.pass(MINUTE);
      resumed = resume();
    }
    return resumed;
  }

  /// Hands the agent a message as often as the runner does that never learns whether it arrived.
  Evidence.OfControl insist(String text) {
    return insist(text, null);
  }

  Evidence.OfControl insist(String text, @Nullable Boolean accept) {
    Evidence.OfControl told = tell(text, accept);
    for (int i = 0; i < MOST_CALLS && !(told instanceof MessageTaken); i++) {
      stage.pass(MINUTE);
      messages--;
      told = tell(text, accept, Sending.AGAIN);
    }
    if (told instanceof MessageTaken(String next)) {
      cursor = next;
    }
    return told;
  }

  /// Starts as often as the runner does that never learns whether it has.
  Play insist(Order wanted) {
    order = wanted;
    Evidence started = note(backend().start(wanted, true, LIMIT));
    for (int i = 0; i < MOST_CALLS && !(started instanceof ConversationStarted); i++) {
      stage.pass(MINUTE);
      started = note(backend().start(wanted, false, LIMIT));
    }
    adopt(started);
    return this;
  }

  /// Lets the next `times` of what the runner asks be answered so.
  void fault(Ask ask, int times, String fault) {
    stage.fault(ask.path(stage), times, "\"method\":\"%s\",%s".formatted(ask.method(), fault));
  }

  /// Lets nothing fail any more.
  void mend() {
    stage.fault("/never", 1, "\"do\":\"hang_up\"");
  }

  /// Puts down what was seen, once while it stays the same.
  private <T extends Evidence> T note(T evidence) {
    String word =
        switch (evidence) {
          case AgentSeen(AgentLook look) -> look.status().toString();
          case Evidence.BackendSilent(var why, var _) -> "BackendSilent " + why;
          case Evidence.StartRefused(var why) -> "StartRefused " + why;
          default -> evidence.getClass().getSimpleName();
        };
    if (seen.isEmpty() || !seen.getLast().equals(word)) {
      seen.add(word);
    }
    return evidence;
  }

  private static <T> T there(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the row has started nothing yet");
    }
    return value;
  }
}
