package dev.build0711.runner.run;

/// What a backend says of an agent, in the same words for every dialect.
public sealed interface AgentStatus {

  /// The conversation exists, nothing has been done in it yet.
  record Starting() implements AgentStatus {}

  record Working() implements AgentStatus {}

  /// The agent will not go on by itself: [Reason#ANSWERED_IN_TEXT], [Reason#CONFIRMATION_WANTED] or
  /// [Reason#PAUSED].
  record Waiting(Reason why) implements AgentStatus {}

  /// The agent called its work done.
  record Finished() implements AgentStatus {}

  /// The agent ended badly.
  record Failed(Reason why) implements AgentStatus {}

  /// The backend has given up starting the agent, which has not worked and never will.
  record NeverStarted(Reason why) implements AgentStatus {}

  /// The agent stands still because its backend was restarted under it, or put its sandbox to
  /// sleep.
  record Interrupted() implements AgentStatus {}

  /// A word that this version of the runner does not know, made safe to show: at most [#MAX_WORD]
  /// lower-case letters, with `_` for anything else.
  record Unknown(String word) implements AgentStatus {

    public static final int MAX_WORD = 40;

    public Unknown {
      word = head(word).replaceAll("[^a-z_]", "_");
    }

    /// As much of a word as is looked at.
    public static String head(String word) {
      return word.substring(0, Math.min(MAX_WORD, word.length()));
    }
  }
}
