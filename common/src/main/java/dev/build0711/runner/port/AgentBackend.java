package dev.build0711.runner.port;

import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.OfCollection;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Evidence.OfPreparation;
import dev.build0711.runner.run.Evidence.OfStart;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One OpenHands. Every method is one exchange or a few: it ends within `limit`, answers with what
/// it learnt, and never throws for anything that the other side does. Every order can be repeated.
public interface AgentBackend {

  int MOST_WATCHED = 99;

  /// The configured name, which a run keeps.
  String name();

  /// Begins to prepare the workspace of a run that has a repository, or finds it begun.
  ///
  /// @return empty where the start itself does so
  Optional<OfPreparation> prepare(Order order, Duration limit);

  /// How the preparation of `conversation` goes.
  OfPreparation preparation(Order order, Conversation conversation, String cursor, Duration limit);

  /// Starts the conversation of a run, or adopts it where it exists.
  ///
  /// @param first whether nobody can have tried before; otherwise the backend is asked before
  ///   anything is posted
  OfStart start(Order order, boolean first, Duration limit);

  /// Looks for the conversation that an earlier [#start] may have made, and makes none:
  /// [dev.build0711.runner.run.Evidence.ConversationMissing] where there is none.
  OfStart find(Order order, Duration limit);

  /// How the agents of some conversations are doing, with what happened since each one's cursor.
  /// Backends that can be asked for many conversations at once are.
  ///
  /// @param watched at most [#MOST_WATCHED]
  /// @return what was seen of each, in the same order
  List<OfLook> look(List<Watched> watched, Duration limit);

  /// Hands a message to the agent, which may work, rest, or have ended.
  ///
  /// @param sending whether the message may have been sent before
  OfControl tell(
      Conversation conversation,
      Message message,
      Sending sending,
      @Nullable String cursor,
      Duration limit);

  /// Sets an agent going again that was cut off by a restart or whose sandbox was put to sleep.
  /// Where that takes more than one call, it is [dev.build0711.runner.run.Evidence.Resuming] until
  /// the last.
  OfControl resume(Conversation conversation, @Nullable String cursor, Duration limit);

  /// Tells the agent to stop.
  OfControl stop(Conversation conversation, Duration limit);

  /// Fetches what the agent left, then gives back the place that the conversation would keep on the
  /// backend although its agent has ended.
  Collection collect(Order order, Conversation conversation, Duration limit);

  /// Whether the backend can be worked with now.
  Health check(Duration limit);

  /// What is wanted of an agent.
  ///
  /// @param prompt the whole text for the agent; the run's id is in it, so that a conversation can
  ///   be recognised by its first message
  /// @param attempt 1 for the run's first conversation, 2 for the one after a start that came to
  ///   nothing
  record Order(
      RunId id,
      String prompt,
      @Nullable Repository repository,
      @Nullable String branch,
      AgentOptions options,
      int attempt) {}

  /// A conversation, and how far it has been read.
  record Watched(Conversation conversation, @Nullable String cursor) {}

  /// How a message may be sent.
  enum Sending {
    /// It was never sent.
    FIRST,
    /// It may have been sent and may still arrive: it is only searched for.
    SEARCH,
    /// It may have been sent long ago: it is searched for, and sent where it has not arrived.
    AGAIN
  }

  /// What came of fetching what an agent left.
  sealed interface Collection {

    /// What was found. Whatever could not be fetched is left out.
    record Harvest(ResultsCollected results, List<Artifact> artifacts) implements Collection {

      public Harvest {
        artifacts = List.copyOf(artifacts);
      }
    }

    /// Nothing could be fetched now: a [BackendSilent] or
    /// [dev.build0711.runner.run.Evidence.ConversationMissing].
    record Unavailable(OfCollection why) implements Collection {}
  }

  /// How a backend answered a probe.
  ///
  /// @param why what is wrong, null where it answered as it should
  /// @param dialect which API it speaks, null where that is not known
  /// @param version its own version, null where it does not tell
  record Health(@Nullable Reason why, @Nullable Dialect dialect, @Nullable String version) {

    public static Health good(Dialect dialect, @Nullable String version) {
      return new Health(null, dialect, version);
    }

    public static Health bad(
        @Nullable Dialect dialect, @Nullable String version, BackendSilent evidence) {
      return new Health(evidence.why(), dialect, version);
    }

    public boolean up() {
      return why == null;
    }

    /// One word on what is wrong, safe to show: `unreachable`, `unauthorized`, `error`,
    /// `bad_answer`; null where nothing is.
    public @Nullable String detail() {
      return switch (why) {
        case null -> null;
        case BACKEND_UNREACHABLE -> "unreachable";
        case BACKEND_UNAUTHORIZED -> "unauthorized";
        case BACKEND_ERROR -> "error";
        default -> "bad_answer";
      };
    }
  }
}
