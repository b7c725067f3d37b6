package dev.build0711.runner.run;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything in a delivery that could point at a run.
///
/// @param repository where it happened; with its id
/// @param numbers the pull requests it is about
/// @param headShas the commits it is about
/// @param marker the run of a marker whose signature is right
/// @param branch the head branch; null where it lies in a fork
/// @param conversations ids of conversations that its text links to on one of our backends,
///   lower-case hex without dashes
/// @param url the pull request's own address, as an agent would print it
public record Clues(
    Repository repository,
    List<Long> numbers,
    List<String> headShas,
    @Nullable RunId marker,
    @Nullable String branch,
    List<String> conversations,
    @Nullable String url) {

  public static final int MAX = 50;

  public Clues {
    numbers = List.copyOf(numbers.subList(0, Math.min(MAX, numbers.size())));
    headShas = List.copyOf(headShas.subList(0, Math.min(MAX, headShas.size())));
    conversations = List.copyOf(conversations.subList(0, Math.min(MAX, conversations.size())));
  }
}
