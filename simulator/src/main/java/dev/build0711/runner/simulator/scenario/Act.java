package dev.build0711.runner.simulator.scenario;

/// One thing that a simulated agent does.
public sealed interface Act {

  /// An act by a tool: it begins, takes its time, and has an outcome.
  sealed interface ByTool extends Act {}

  /// Writes down its task list: the first `done` of `total` tasks are done, the next one is in
  /// progress.
  record Plan(int total, int done) implements ByTool {

    public Plan {
      if (done < 0 || done > total) {
        throw new IllegalArgumentException("done: " + done + " of " + total);
      }
    }
  }

  /// Runs a command, which prints `output` and exits with 0. Nothing is executed.
  record Command(String line, String output) implements ByTool {}

  /// Opens a pull request with a tool of the server's own, and is told its address.
  record OpenPullRequest(String url) implements ByTool {}

  /// Says that the work is done, and ends.
  record Finish(String message) implements ByTool {}

  /// Answers in plain text, and ends.
  record Say(String text) implements Act {}

  /// Fails, and ends; going on is the next step of the script.
  record Fail(Failure failure) implements Act {}

  /// Is found to repeat itself, and ends.
  record Stall() implements Act {}
}
