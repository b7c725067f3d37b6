package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.openhands.events.Cursor.Ending;
import dev.build0711.runner.openhands.events.Reading;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Judges one conversation. The events that explain a status reach the app server up to half a
/// minute after the status, and the status itself is missing while a sandbox does not answer.
final class Sight {

  /// How long the events that belong to a status are waited for.
  private static final Duration LATE = Duration.ofSeconds(40);

  /// How long a sandbox may be silent after it was started, set going or last seen well.
  private static final Duration GRACE = Duration.ofSeconds(90);

  private final History history;
  private final Inside inside;
  private final InstantSource clock;

  Sight(History history, Inside inside, InstantSource clock) {
    this.history = history;
    this.inside = inside;
    this.clock = clock;
  }

  OfLook of(AppConversation seen, Memory memory, Release release, Deadline deadline) {
    String word = seen.word();
    if (word != null) {
      return word.equals("deleting")
          ? new ConversationMissing()
          : look(seen, word, memory, release, deadline);
    }
    String before = memory.word() == null ? "idle" : memory.word();
    return switch (seen.sandboxStatus()) {
      case STARTING, OTHER -> look(seen, before, memory, release, deadline);
      case RUNNING ->
          patient(memory)
              ? look(seen, before, memory, release, deadline)
              : new BackendSilent(Reason.BACKEND_ERROR, null);
      case PAUSED ->
          Verdicts.rests(before)
              ? look(seen, before, memory, release, deadline)
              : look(seen, before, new AgentStatus.Interrupted(), memory, release, deadline);
      case ERROR ->
          Verdicts.ended(before)
              ? look(seen, before, memory, release, deadline)
              : look(seen, before, broken(), memory, release, deadline);
      case MISSING ->
          Verdicts.ended(before)
              ? look(seen, before, memory, release, deadline)
              : new ConversationMissing();
    };
  }

  private static AgentStatus broken() {
    return new AgentStatus.Failed(Reason.SANDBOX_FAILED);
  }

  private boolean patient(Memory memory) {
    return memory.good() == null || clock.instant().isBefore(memory.good().plus(GRACE));
  }

  private OfLook look(
      AppConversation seen, String word, Memory memory, Release release, Deadline deadline) {
    return look(seen, word, null, memory, release, deadline);
  }

  /// @param verdict what the sandbox says of the agent, whatever the events say; null where they
  ///   decide
  private OfLook look(
      AppConversation seen,
      String word,
      @Nullable AgentStatus verdict,
      Memory memory,
      Release release,
      Deadline deadline) {
    Tail tail = new Tail(memory);
    boolean known = seen.print().equals(memory.events().seen()) && believed(word, tail);
    History.Read read = new History.Read(memory.page(), true);
    if (!known) {
      switch (history.read(release, seen.id(), memory.page(), tail, deadline)) {
        case Silent<History.Read>(var evidence) -> {
          return evidence;
        }
        case Got<History.Read>(History.Read done) -> read = done;
      }
    }
    return judged(new Scene(seen, word, verdict, memory, release, tail, read), deadline);
  }

  private record Scene(
      AppConversation seen,
      String word,
      @Nullable AgentStatus verdict,
      Memory memory,
      Release release,
      Tail tail,
      History.Read read) {

    boolean whole() {
      return read.whole();
    }
  }

  private OfLook judged(Scene scene, Deadline deadline) {
    Instant now = clock.instant();
    String word = scene.word();
    Memory memory = scene.memory();
    boolean rests = Verdicts.rests(word);
    Instant since = word.equals(memory.word()) && memory.since() != null ? memory.since() : now;
    if (rests && scene.whole() && !believed(word, scene.tail())) {
      inside
          .of(scene.seen())
          .ifPresent(door -> inside.catchUp(door, scene.tail(), deadline.half()));
    }
    boolean believed =
        scene.whole() && (believed(word, scene.tail()) || !now.isBefore(since.plus(LATE)));
    AgentStatus status = scene.verdict();
    if (status == null) {
      Reading reading = scene.tail().reading();
      status =
          rests && believed ? Verdicts.atRest(word, reading) : Verdicts.underWay(word, reading);
    }
    return seen(scene, status, next(scene, since, now));
  }

  /// Whether the events bear out that the agent rests so: they have got to the newest message and
  /// to the word, and tell its last act or what went wrong. The server makes the events of one
  /// batch readable in no order, so that the word may be there before the act.
  private static boolean believed(String word, Tail tail) {
    return Verdicts.rests(word)
        && tail.reading().moved()
        && word.equals(tail.told())
        && (!word.equals("finished") || tail.reading().ending() != Ending.NONE)
        && (!word.equals("error") || tail.reading().error() != null);
  }

  private static Memory next(Scene scene, Instant since, Instant now) {
    Memory memory = scene.memory();
    Tail tail = scene.tail();
    boolean well = scene.seen().word() != null || memory.good() == null;
    return new Memory(
        null,
        null,
        tail.reading().cursor(scene.whole() ? scene.seen().print() : null, null),
        scene.read().page(),
        tail.known(),
        tail.told(),
        scene.word(),
        since,
        well ? now : memory.good(),
        tail.maxIterations(),
        tail.usage(Usage.NONE),
        memory.pulls());
  }

  private static OfLook seen(Scene scene, AgentStatus status, Memory next) {
    Tail tail = scene.tail();
    Reading reading = tail.reading();
    boolean news = tail.fresh() > 0 || !scene.seen().print().equals(scene.memory().events().seen());
    return new AgentSeen(
        new AgentLook(
            status,
            news,
            reading.tasks(),
            reading.iterations(),
            tail.maxIterations(),
            tail.usage(scene.seen().usage()),
            reading.lastWords(status),
            links(reading, scene),
            reading.userMessages(),
            scene.release().version(),
            next.toString()));
  }

  private static List<String> links(Reading reading, Scene scene) {
    List<String> links = new ArrayList<>(reading.links());
    String pulls = scene.memory().pulls();
    if (pulls != null) {
      scene.seen().pullRequests().stream()
          .map(number -> pulls + number)
          .filter(link -> !links.contains(link))
          .forEach(links::add);
    }
    return links;
  }
}
