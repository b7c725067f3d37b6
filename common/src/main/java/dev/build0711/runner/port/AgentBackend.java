package dev.build0711.runner.port;

import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Evidence.OfPreparation;
import dev.build0711.runner.run.Evidence.OfStart;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.RunId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One OpenHands. Every method is one exchange or a few: it ends within `limit`, answers with what
/// it learnt, and never throws for anything that the other side does. Every order can be repeated.
public interface AgentBackend {

  /// The configured name, which a run keeps.
  String name();

  /// Begins to prepare the workspace of a run that has a repository, or finds it begun.
  OfPreparation prepare(Order order, Duration limit);

  /// How the preparation of `conversation` goes.
  OfPreparation preparation(Order order, Conversation conversation, String cursor, Duration limit);

  /// Starts the conversation of a run, or adopts it where it exists.
  ///
  /// @param first whether nobody can have tried before; otherwise the backend is asked before
  ///   anything is posted
  OfStart start(Order order, boolean first, Duration limit);

  /// How the agent is doing, with what happened since `cursor`.
  OfLook look(Conversation conversation, @Nullable String cursor, Duration limit);

  /// Sets an agent going again that was cut off by a restart.
  OfControl resume(Conversation conversation, @Nullable String cursor, Duration limit);

  /// Tells the agent to stop.
  OfControl stop(Conversation conversation, Duration limit);

  /// Whether the backend can be worked with now.
  Health check(Duration limit);

  /// What is wanted of an agent.
  ///
  /// @param prompt the whole text for the agent
  record Order(
      RunId id,
      String prompt,
      @Nullable Repository repository,
      @Nullable String branch,
      AgentOptions options) {}

  /// How a backend answered a probe.
  ///
  /// @param up whether it answered as it should
  /// @param detail one word on what is wrong, safe to show: `unreachable`, `unauthorized`,
  ///   `bad_answer`
  record Health(boolean up, @Nullable String version, @Nullable String detail) {}
}
