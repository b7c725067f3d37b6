package dev.build0711.runner.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import dev.build0711.runner.run.LinkedPullRequest;
import dev.build0711.runner.run.Result;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.Standing;
import dev.build0711.runner.run.StatusReason;
import dev.build0711.runner.run.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `result.md`: what an agent left, for people. Everything that the agent or a git host wrote
/// stands in code that its own text cannot end, so that nothing of it is taken for ours.
final class ResultPage {

  static final String NAME = "result.md";

  private static final Pattern BACKTICKS = Pattern.compile("`+");
  private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}\\p{Cf}&&[^\\n\\t]]");

  private final Run run;
  private final ResultsCollected found;
  private final StringBuilder page = new StringBuilder(1024);

  private ResultPage(Run run, ResultsCollected found) {
    this.run = run;
    this.found = found;
  }

  /// The page of a run whose agent has ended. The same run and findings give the same bytes.
  static Artifact of(Run run, ResultsCollected found) {
    String words = run.work().result().message();
    boolean cut = words != null && words.codePointCount(0, words.length()) >= Result.MAX_MESSAGE;
    return new Artifact(
        NAME, "text/markdown; charset=utf-8", new ResultPage(run, found).written(), cut);
  }

  private byte[] written() {
    page.append("# Result of ").append(run.id()).append("\n\n");
    facts();
    pullRequests();
    lastWords(run.work().result().message());
    return page.toString().getBytes(UTF_8);
  }

  private void facts() {
    Usage usage = run.work().usage();
    Instant started = run.standing().startedAt();
    fact("Status", status(run.standing()));
    fact("Repository", run.repository() == null ? null : code(run.repository().path()));
    fact("Branch", found.branch() == null ? null : code(found.branch()));
    fact("Commit", found.commit() == null ? null : code(found.commit()));
    fact("Changed files", String.valueOf(found.changes().size()));
    fact("Duration", started == null ? null : time(started, run.agent().since()));
    fact("Cost", usage.costUsd().toPlainString() + " USD");
    fact("Tokens", usage.promptTokens() + " read, " + usage.completionTokens() + " written");
    page.append('\n');
  }

  /// How the run stood when its agent had ended: it may be waiting for its pull request.
  private static String status(Standing standing) {
    StatusReason reason = standing.reason();
    Object more = reason == null ? standing.phase() : reason.code();
    return standing.status() + (more == null ? "" : " (" + more + ")");
  }

  private void fact(String name, @Nullable String value) {
    page.append("- ").append(name).append(": ").append(value == null ? "unknown" : value);
    page.append('\n');
  }

  private void pullRequests() {
    List<String> named =
        run.agent().mentioned().stream()
            .filter(url -> run.pullRequests().stream().noneMatch(it -> url(it).equals(url)))
            .toList();
    if (run.pullRequests().isEmpty() && named.isEmpty()) {
      return;
    }
    page.append("## Pull requests\n\n");
    run.pullRequests().forEach(link -> line(url(link), link.pullRequest().state().toString()));
    named.forEach(url -> line(url, "named by the agent, not known to be its own"));
    page.append('\n');
  }

  private void line(String url, String remark) {
    page.append("- ").append(code(url)).append(" (").append(remark).append(")\n");
  }

  private void lastWords(@Nullable String words) {
    page.append("## The agent's last words\n\n");
    if (words == null || words.isBlank()) {
      page.append("None.\n");
      return;
    }
    String text = shown(words);
    String fence = fence(text, 3);
    page.append(fence).append("text\n").append(text).append('\n').append(fence).append('\n');
  }

  private static String url(LinkedPullRequest link) {
    return link.pullRequest().url();
  }

  private static String time(Instant from, Instant to) {
    Duration took = Duration.between(from, to);
    return took.toHours() + " h " + took.toMinutesPart() + " min " + took.toSecondsPart() + " s";
  }

  /// A code span ([CommonMark 6.1](https://spec.commonmark.org/0.31.2/#code-spans)).
  private static String code(String text) {
    String line = shown(text).replaceAll("[\\n\\t]", " ");
    String fence = fence(line, 1);
    return fence + ' ' + line + ' ' + fence;
  }

  /// More backticks than stand together anywhere in the text.
  private static String fence(String text, int least) {
    int longest = least - 1;
    Matcher run = BACKTICKS.matcher(text);
    while (run.find()) {
      longest = Math.max(longest, run.end() - run.start());
    }
    return "`".repeat(longest + 1);
  }

  /// Without what a terminal or a reader would obey instead of show.
  private static String shown(String text) {
    return CONTROLS.matcher(text.replace("\r\n", "\n")).replaceAll("\uFFFD");
  }
}
