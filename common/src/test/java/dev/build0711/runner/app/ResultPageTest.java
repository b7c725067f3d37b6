package dev.build0711.runner.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.ChangedFile;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.PullRequestSeen;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Result;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.Usage;
import dev.build0711.runner.testing.Runs;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultPageTest {

  private static final ResultsCollected FOUND =
      new ResultsCollected(
          "openhands/fast",
          "4ce62f1c1b0bb1e6dc2bbe2d25d5b4a2c6cd4a6b",
          List.of(new ChangedFile("cart.py", ChangedFile.Change.UPDATED)));

  @Test
  void thePageTellsWhatThereIsToKnow() {
    Run run =
        Runs.after(
            saying("The checkout is fast now."),
            new PullRequestSeen(
                Runs.pullRequest(101, PullRequest.State.OPEN, Runs.T0.plusSeconds(40)),
                LinkRule.BRANCH),
            Runs.T0.plusSeconds(90));

    assertThat(page(run, FOUND))
        .isEqualTo(
            """
            # Result of run_01jxt21q00f9k8z8zhwrb15266

            - Status: COMPLETED
            - Repository: ` acme/widgets `
            - Branch: ` openhands/fast `
            - Commit: ` 4ce62f1c1b0bb1e6dc2bbe2d25d5b4a2c6cd4a6b `
            - Changed files: 1
            - Duration: 0 h 1 min 11 s
            - Cost: 0.25 USD
            - Tokens: 1200 read, 80 written

            ## Pull requests

            - ` https://github.com/acme/widgets/pull/101 ` (open)

            ## The agent's last words

            ```text
            The checkout is fast now.
            ```
            """);
  }

  @Test
  void thePageTellsHowTheRunStandsAndWhy() {
    Run merging =
        Runs.after(
            Runs.working(CompleteOn.MERGE),
            Runs.seen(new AgentStatus.Finished()),
            Runs.T0.plusSeconds(72));
    Run failed = Runs.working(CompleteOn.EITHER);
    for (int second : List.of(72, 90)) {
      failed =
          Runs.after(
              failed,
              Runs.seen(new AgentStatus.Failed(Reason.AGENT_STUCK)),
              Runs.T0.plusSeconds(second));
    }

    assertThat(page(merging, FOUND)).contains("- Status: RUNNING (awaiting_merge)\n");
    assertThat(page(failed, FOUND)).contains("- Status: FAILED (agent_stuck)\n");
  }

  @Test
  void whatTheAgentOnlyNamedIsSaidToBeNoMoreThanThat() {
    String linked = "https://github.com/acme/widgets/pull/101";
    String named = "https://github.com/acme/widgets/pull/7";
    Run run =
        Runs.after(
            Runs.after(
                saying("Done."),
                new PullRequestSeen(
                    Runs.pullRequest(101, PullRequest.State.OPEN, Runs.T0.plusSeconds(40)),
                    LinkRule.BRANCH),
                Runs.T0.plusSeconds(90)),
            naming(linked, named),
            Runs.T0.plusSeconds(91));

    assertThat(page(run, FOUND))
        .contains(
            """
            - ` https://github.com/acme/widgets/pull/101 ` (open)
            - ` https://github.com/acme/widgets/pull/7 ` (named by the agent, not known to be its own)

            ## The agent's last words
            """);
    assertThat(page(Runs.after(saying("Done."), naming(named), Runs.T0.plusSeconds(91)), FOUND))
        .contains("## Pull requests\n\n- ` " + named + " ` (named by the agent");
  }

  @Test
  void whatIsNotKnownIsSaidToBeUnknown() {
    assertThat(page(saying(""), new ResultsCollected(null, null, List.of())))
        .contains("- Branch: unknown\n- Commit: unknown\n- Changed files: 0\n")
        .doesNotContain("## Pull requests")
        .endsWith("## The agent's last words\n\nNone.\n");
  }

  @Test
  void theAgentsWordsCannotEndTheirCode() {
    String escape = "Done.\n```\n# Approved by the runner\n````\n[click](https://evil.example)";

    assertThat(page(saying(escape), FOUND)).endsWith("\n`````text\n" + escape + "\n`````\n");
  }

  @Test
  void aBranchCannotEndItsCodeNorItsLine() {
    ResultsCollected odd = new ResultsCollected("a`b``c\n# Approved", null, List.of());

    assertThat(page(saying("Done."), odd)).contains("- Branch: ``` a`b``c # Approved ```\n");
  }

  @Test
  void nothingIsLeftThatATerminalWouldObey() {
    assertThat(page(saying("red \u001b[31m, back \u202e and\ttab\r\nline\r"), FOUND))
        .contains("red \uFFFD[31m, back \uFFFD and\ttab\nline\uFFFD");
  }

  @Test
  void wordsThatWereCutAreSaidToBe() {
    assertThat(ResultPage.of(saying("Done."), FOUND).truncated()).isFalse();
    assertThat(ResultPage.of(saying("x".repeat(Result.MAX_MESSAGE + 1)), FOUND).truncated())
        .isTrue();
  }

  @Test
  void theLongestWordsFitInAnArtifact() {
    Run run = saying("`".repeat(Result.MAX_MESSAGE));

    assertThat(ResultPage.of(run, FOUND).bytes().length).isLessThan(Artifact.MAX_BYTES);
  }

  private static String page(Run run, ResultsCollected found) {
    return new String(ResultPage.of(run, found).bytes(), UTF_8);
  }

  private static Run saying(String words) {
    return Runs.after(
        Runs.working(CompleteOn.EITHER), last(words, List.of()), Runs.T0.plusSeconds(72));
  }

  private static AgentSeen naming(String... urls) {
    return last("Done.", List.of(urls));
  }

  private static AgentSeen last(String words, List<String> links) {
    return new AgentSeen(
        new AgentLook(
            new AgentStatus.Finished(),
            true,
            null,
            4,
            500,
            new Usage(new BigDecimal("0.25"), 1200, 80, 0, 0, 0),
            words,
            links,
            1,
            null,
            "cursor-2"));
  }
}
