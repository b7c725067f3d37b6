package dev.build0711.runner.run;

/// One file that the agent changed.
///
/// @param path relative to the repository, at most [#MAX_PATH] characters
public record ChangedFile(String path, Change change) {

  public static final int MAX_PATH = 1000;

  public enum Change {
    ADDED,
    DELETED,
    UPDATED,
    MOVED;

    @Override
    public String toString() {
      return Words.of(this);
    }
  }
}
