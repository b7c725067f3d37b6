package dev.build0711.runner.app;

import dev.build0711.runner.port.GitEvent.BranchPushed;
import dev.build0711.runner.port.GitEvent.CiFinished;
import dev.build0711.runner.port.GitEvent.CommentCreated;
import dev.build0711.runner.port.GitEvent.ReviewSubmitted;
import dev.build0711.runner.port.GitEvent.Shown;
import dev.build0711.runner.run.Clues;
import dev.build0711.runner.run.Evidence.GitActivity;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Makes testimonies of what git hosts tell: here the texts are searched for marks, and left
/// behind.
final class Testimonies {

  private static final Logger LOG = System.getLogger(Testimonies.class.getName());

  private final Marker marker;
  private final ConversationLinks links;

  Testimonies(Marker marker, ConversationLinks links) {
    this.marker = marker;
    this.links = links;
  }

  Testimony of(Shown shown) {
    return new Testimony(clues(shown), shown.pullRequest(), null);
  }

  Testimony of(BranchPushed push) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("branch", push.branch());
    put(data, "head_sha", push.headSha());
    Clues clues = clues(push.repository(), List.of(), List.of(), push.branch());
    return new Testimony(
        clues, null, activity(RunEvent.Type.BRANCH_PUSHED, push.repository(), data));
  }

  Testimony of(ReviewSubmitted review) {
    Map<String, Object> data = about(review.number(), review.url());
    data.put("verdict", review.verdict());
    return onPullRequest(
        review.number(),
        review.shown(),
        activity(RunEvent.Type.REVIEW_SUBMITTED, review.repository(), data),
        review.repository());
  }

  Testimony of(CommentCreated comment) {
    Map<String, Object> data = about(comment.number(), comment.url());
    return onPullRequest(
        comment.number(),
        comment.shown(),
        activity(RunEvent.Type.COMMENT_CREATED, comment.repository(), data),
        comment.repository());
  }

  Testimony of(CiFinished ci) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("conclusion", ci.conclusion());
    data.put("head_sha", ci.headSha());
    data.put("numbers", ci.numbers());
    put(data, "url", ci.url());
    Clues clues = clues(ci.repository(), ci.numbers(), List.of(ci.headSha()), ci.branch());
    return new Testimony(clues, null, activity(RunEvent.Type.CI_FINISHED, ci.repository(), data));
  }

  private Testimony onPullRequest(
      long number, @Nullable Shown shown, GitActivity activity, Repository repository) {
    return shown == null
        ? new Testimony(clues(repository, List.of(number), List.of(), null), null, activity)
        : new Testimony(clues(shown), shown.pullRequest(), activity);
  }

  private Clues clues(Shown shown) {
    PullRequest pull = shown.pullRequest();
    return new Clues(
        pull.repository(),
        List.of(pull.number()),
        Stream.of(pull.headSha()).filter(sha -> !sha.isEmpty()).toList(),
        marked(shown.text()),
        pull.fromFork() || pull.headBranch().isEmpty() ? null : pull.headBranch(),
        links.in(shown.text()),
        pull.url());
  }

  private static Clues clues(
      Repository repository, List<Long> numbers, List<String> shas, @Nullable String branch) {
    return new Clues(repository, numbers, shas, null, branch, List.of(), null);
  }

  private @Nullable RunId marked(String text) {
    RunId run = marker.find(text).orElse(null);
    if (run == null && text.contains("<!-- run:run_")) {
      LOG.log(Level.WARNING, "a pull request carries a marker whose signature is wrong");
    }
    return run;
  }

  private static GitActivity activity(
      RunEvent.Type type, Repository repository, Map<String, Object> data) {
    return new GitActivity(type, repository.id(), data);
  }

  private static Map<String, Object> about(long number, @Nullable String url) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("number", number);
    put(data, "url", url);
    return data;
  }

  private static void put(Map<String, Object> data, String name, @Nullable String value) {
    if (value != null) {
      data.put(name, value);
    }
  }
}
