package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.openhands.Asked;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.openhands.legacy.ConversationInfo.Life;
import dev.build0711.runner.run.Evidence.AgentResumed;
import dev.build0711.runner.run.Evidence.BackendFull;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Evidence.Resuming;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Sets an agent going again that has lost its sandbox. That takes three calls or more: the
/// conversation is started again, which takes half a minute; when its agent waits for its user, it
/// is told to go on.
///
/// Which of these is due is seen from the events every time, so that a call whose outcome was lost
/// is not made twice: a message is there before the server says so.
final class Revival {

  private final Calls calls;
  private final EventPages pages;
  private final Places places;

  Revival(Calls calls, Places places) {
    this.calls = calls;
    this.pages = new EventPages(calls);
    this.places = places;
  }

  /// How far a conversation is from having a sandbox.
  enum State {
    /// It has one, or is getting one.
    COMING,
    /// There is no room for one.
    NO_PLACE,
    /// The server does not know it.
    UNKNOWN;

    OfControl evidence(OfControl coming) {
      return switch (this) {
        case COMING -> coming;
        case NO_PLACE -> new BackendFull();
        case UNKNOWN -> new ConversationMissing();
      };
    }
  }

  OfControl resume(String id, @Nullable String memory, Deadline deadline) {
    Cursor cursor = Cursor.parse(memory);
    Reading reading = new Reading(cursor);
    return switch (pages.read(id, reading.last(), EventPages.MAX_PAGES, reading::take, deadline)) {
      case EventPages.Missing _ -> new ConversationMissing();
      case EventPages.Failed(var evidence) -> evidence;
      case EventPages.Read _ -> resume(id, cursor, reading, deadline);
    };
  }

  private OfControl resume(String id, Cursor cursor, Reading reading, Deadline deadline) {
    if (reading.restarted() && reading.newest().equals("awaiting_user_input")) {
      return goOn(id, cursor, reading, deadline);
    }
    return switch (Looks.info(calls, id, deadline)) {
      case Silent<Optional<ConversationInfo>>(var evidence) -> evidence;
      case Got<Optional<ConversationInfo>>(var info) -> {
        boolean alive = info.isPresent() && info.get().life() == Life.RUNNING;
        yield alive && !reading.restarted()
            ? new AgentResumed(cursor.toString())
            : comingUp(revive(id, info, deadline));
      }
    };
  }

  private static OfControl comingUp(Asked<State> revived) {
    return switch (revived) {
      case Silent<State>(var evidence) -> evidence;
      case Got<State>(State state) -> state.evidence(new Resuming());
    };
  }

  private OfControl goOn(String id, Cursor cursor, Reading reading, Deadline deadline) {
    Reply reply = calls.message(id, Reading.GO_ON, deadline.half());
    if (reply.is(200)) {
      return new AgentResumed(cursor.told(reading.last()).toString());
    }
    return reply.is(404) ? comingUp(revive(id, deadline)) : reply.silence();
  }

  /// Gives a conversation that has no sandbox one, if there is room.
  Asked<State> revive(String id, Deadline deadline) {
    return switch (Looks.info(calls, id, deadline)) {
      case Silent<Optional<ConversationInfo>>(var evidence) -> new Silent<>(evidence);
      case Got<Optional<ConversationInfo>>(var info) -> revive(id, info, deadline);
    };
  }

  private Asked<State> revive(String id, Optional<ConversationInfo> info, Deadline deadline) {
    if (info.isEmpty()) {
      return new Got<>(State.UNKNOWN);
    }
    if (info.get().takesPlace()) {
      return new Got<>(State.COMING);
    }
    return switch (places.free(deadline)) {
      case Silent<Boolean>(var evidence) -> new Silent<>(evidence);
      case Got<Boolean>(Boolean free) ->
          free ? start(id, info.get().provider(), deadline) : new Got<>(State.NO_PLACE);
    };
  }

  private Asked<State> start(String id, @Nullable String provider, Deadline deadline) {
    Reply reply = calls.startAgain(id, provider, deadline);
    if (reply.is(404)) {
      return new Got<>(State.UNKNOWN);
    }
    return reply.is(200) ? new Got<>(State.COMING) : new Silent<>(reply.silence());
  }
}
