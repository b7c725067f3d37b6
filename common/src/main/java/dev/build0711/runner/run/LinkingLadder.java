package dev.build0711.runner.run;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which run a pull request belongs to: the first rule that points at exactly one run of the same
/// repository decides, and where none does, nothing is guessed. A pure function of the clues and
/// the runs that they might mean.
public final class LinkingLadder {

  /// Branches that start like this are reserved: what follows names a run or its conversation.
  public static final String RESERVED = "openhands/";

  private static final Pattern CONVERSATION =
      Pattern.compile("[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private LinkingLadder() {}

  /// A run, and why.
  ///
  /// @param rule for a pull request that was attached before, the rule that attached it
  public record Hit(Run run, LinkRule rule) {}

  /// The run of the pull request `shown`.
  public static Optional<Hit> link(PullRequest shown, Clues clues, List<Run> runs) {
    return attached(runs, shown::same)
        .or(() -> one(runs, LinkRule.MARKER, run -> byMarker(run, clues)))
        .or(() -> one(runs, LinkRule.BRANCH, run -> byBranch(run, clues)))
        .or(() -> one(runs, LinkRule.CONVERSATION_LINK, run -> byConversation(run, clues)))
        .or(() -> one(runs, LinkRule.BACKEND, run -> byMention(run, shown, clues)))
        .or(() -> one(runs, LinkRule.HEAD_SHA, run -> byCommit(run, shown, clues)));
  }

  /// The run to which something else that happened belongs: a push, a review, a comment, a check.
  /// Only what is attached already and the reserved branch count.
  public static Optional<Hit> attach(Clues clues, List<Run> runs) {
    return attached(runs, pull -> here(pull, clues) && clues.numbers().contains(pull.number()))
        .or(() -> attached(runs, pull -> here(pull, clues) && heads(pull, clues)))
        .or(() -> one(runs, LinkRule.BRANCH, run -> byBranch(run, clues)));
  }

  /// A pull request is attached once; a commit may be the head of several.
  private static Optional<Hit> attached(List<Run> runs, Predicate<PullRequest> meant) {
    List<Hit> hits =
        runs.stream()
            .flatMap(run ->
                run.pullRequests().stream()
                    .filter(link -> meant.test(link.pullRequest()))
                    .limit(1)
                    .map(link -> new Hit(run, link.rule())))
            .toList();
    return only(hits);
  }

  private static Optional<Hit> one(List<Run> runs, LinkRule rule, Predicate<Run> meant) {
    return only(runs.stream().filter(meant).map(run -> new Hit(run, rule)).toList());
  }

  private static Optional<Hit> only(List<Hit> hits) {
    return hits.size() == 1 ? Optional.of(hits.getFirst()) : Optional.empty();
  }

  private static boolean byMarker(Run run, Clues clues) {
    return run.id().equals(clues.marker())
        && (run.repository() == null || same(run.repository(), clues.repository()));
  }

  private static boolean byBranch(Run run, Clues clues) {
    String branch = clues.branch();
    if (branch == null || !branch.startsWith(RESERVED) || !here(run, clues)) {
      return false;
    }
    String name = branch.substring(RESERVED.length());
    return name.equals(run.id().toString())
        || (CONVERSATION.matcher(name).matches()
            && conversations(run).anyMatch(plain(name)::equals));
  }

  private static boolean byConversation(Run run, Clues clues) {
    return here(run, clues) && conversations(run).anyMatch(clues.conversations()::contains);
  }

  private static boolean byMention(Run run, PullRequest shown, Clues clues) {
    String url = clues.url();
    return url != null
        && created(shown, run)
        && here(run, clues)
        && run.agent().mentioned().stream().anyMatch(url::equalsIgnoreCase);
  }

  /// An agent that changed nothing leaves the commit it began with, which may be the head of a pull
  /// request that was there before.
  private static boolean byCommit(Run run, PullRequest shown, Clues clues) {
    return !shown.headSha().isEmpty()
        && created(shown, run)
        && here(run, clues)
        && shown.headSha().equalsIgnoreCase(run.work().result().commit());
  }

  /// Whether it was created while the run was under way. Hosts tell times in whole seconds, so a
  /// pull request of the run's first second counts.
  private static boolean created(PullRequest shown, Run run) {
    Instant started = run.standing().startedAt();
    return started != null && !shown.createdAt().isBefore(started.truncatedTo(ChronoUnit.SECONDS));
  }

  private static boolean heads(PullRequest pull, Clues clues) {
    return !pull.headSha().isEmpty() && clues.headShas().contains(pull.headSha());
  }

  private static boolean here(PullRequest pull, Clues clues) {
    return same(pull.repository(), clues.repository());
  }

  private static boolean here(Run run, Clues clues) {
    Repository repository = run.repository();
    return repository != null && same(repository, clues.repository());
  }

  private static boolean same(@Nullable Repository one, Repository other) {
    return one != null && one.provider() == other.provider() && one.same(other);
  }

  /// The ids of every conversation the run has had, without dashes.
  private static Stream<String> conversations(Run run) {
    Conversation now = run.agent().conversation();
    return Stream.concat(
            Stream.ofNullable(now).map(Conversation::id),
            run.attempts().stream().map(Attempt::conversationId).flatMap(Stream::ofNullable))
        .map(LinkingLadder::plain);
  }

  private static String plain(String id) {
    return id.replace("-", "").toLowerCase(Locale.ROOT);
  }
}
