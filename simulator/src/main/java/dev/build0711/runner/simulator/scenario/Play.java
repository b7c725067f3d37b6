package dev.build0711.runner.simulator.scenario;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Which script a conversation plays, and how far it has come.
final class Play {

  private final Director director;
  private final String pullRequest;
  private Cue cue = Cue.DEFAULT;
  private Script script;
  private int position;

  /// @param pullRequest the link that is told when a cue names no other
  Play(Director director, String pullRequest) {
    this.director = director;
    this.pullRequest = pullRequest;
    this.script = director.script(cue, pullRequest, false);
  }

  /// Begins what a message asks for; without a cue, the same again.
  void choose(String text, boolean followUp) {
    cue = Cue.in(text).orElse(cue);
    script = director.script(cue, pullRequest, followUp);
    position = 0;
  }

  Cue cue() {
    return cue;
  }

  /// The step that is to be played.
  Beat beat() {
    return script.beat(position);
  }

  void next() {
    position++;
  }

  /// Whether an agent that is asked to pause does so.
  boolean pauses() {
    return !cue.text("pause", "").equals("ignored");
  }

  /// How long the server takes for each answer about the conversation.
  Duration answerTime() {
    return script.answerTime();
  }

  /// The outage that a message would bring about, null when none.
  @Nullable Outage outage(String text) {
    return director.script(Cue.in(text).orElse(cue), pullRequest, false).outage();
  }
}
