package dev.build0711.runner.run;

/// What the agent has shown of its work.
public record Work(Progress progress, Usage usage, Result result) {

  public static final Work NONE = new Work(Progress.NONE, Usage.NONE, Result.NONE);

  Work withProgress(Progress next) {
    return new Work(next, usage, result);
  }
}
