package dev.build0711.runner.app;

import static dev.build0711.runner.testing.Runs.T0;
import static dev.build0711.runner.testing.Runs.WIDGETS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.app.ReceiveWebhook.Receipt;
import dev.build0711.runner.port.DeliveryStore.Outcome;
import dev.build0711.runner.port.GitDelivery;
import dev.build0711.runner.port.GitEvent;
import dev.build0711.runner.port.GitEvent.BranchPushed;
import dev.build0711.runner.port.GitEvent.CiFinished;
import dev.build0711.runner.port.GitEvent.CommentCreated;
import dev.build0711.runner.port.GitEvent.PullRequestShown;
import dev.build0711.runner.port.GitEvent.ReviewSubmitted;
import dev.build0711.runner.port.GitEvent.Shown;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.PullRequest.State;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.testing.MemoryDeliveries;
import dev.build0711.runner.testing.RecordedWakeUps;
import dev.build0711.runner.testing.Runs;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReceiveWebhookTest {

  private static final String BRANCH = "openhands/" + Runs.ID;
  private static final String SECRET_WORDS = "The cart accepted -1";

  private final MemoryDeliveries store = new MemoryDeliveries();
  private final List<Wake> woken = new ArrayList<>();
  private final Marker marker = new Marker(() -> "a marker key");
  private final ReceiveWebhook webhook =
      new ReceiveWebhook(
          store,
          new RecordedWakeUps(woken),
          marker,
          List.of(URI.create("https://openhands.example.com")),
          InstantSource.fixed(T0.plusSeconds(90)));

  @Test
  void aLinkedPullRequestCompletesTheRunAndHasItsAgentLookedAt() {
    store.add(Runs.working(CompleteOn.EITHER));

    Receipt receipt = post("d-1", opened(7));

    assertThat(receipt).isEqualTo(new Receipt("d-1", Outcome.APPLIED, "link", Runs.ID));
    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(woken).extracting(Wake::id).containsExactly(Runs.ID);
  }

  @Test
  void aRunThatWaitsForItsAgentKeepsItsStatusButTheAgentIsLookedAt() {
    store.add(Runs.working(CompleteOn.AGENT));

    Receipt receipt = post("d-1", opened(7));

    assertThat(receipt.effect()).isEqualTo("link");
    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(woken).hasSize(1);
  }

  @Test
  void theSameDeliveryAgainChangesNothingAndWakesNobody() {
    store.add(Runs.working(CompleteOn.EITHER));
    post("d-1", opened(7));
    Run before = run();
    woken.clear();

    Receipt receipt = post("d-1", opened(7));

    assertThat(receipt).isEqualTo(new Receipt("d-1", Outcome.DUPLICATE, "repeat", Runs.ID));
    assertThat(run()).isEqualTo(before);
    assertThat(woken).isEmpty();
    assertThat(store.deliveries()).hasSize(1);
  }

  @Test
  void olderFactsAreRecordedAndChangeNothing() {
    store.add(Runs.working(CompleteOn.EITHER));
    post("d-1", shown(Runs.pullRequest(7, State.MERGED, T0.plusSeconds(80)), ""));
    Run before = run();

    Receipt receipt = post("d-2", opened(7));

    assertThat(receipt.effect()).isEqualTo("update");
    assertThat(run()).isEqualTo(before);
    assertThat(store.deliveries()).hasSize(2);
  }

  @Test
  void aRunThatSomebodyElseChangesMeanwhileIsDecidedAgain() {
    store.add(Runs.working(CompleteOn.EITHER));
    store.interfere(3);

    Receipt receipt = post("d-1", opened(7));

    assertThat(receipt.effect()).isEqualTo("link");
    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(store.events())
        .extracting(RunEvent::type)
        .containsOnlyOnce(RunEvent.Type.PULL_REQUEST_LINKED);
  }

  @Test
  void aRunThatNeverHoldsStillMakesTheHostTryAgain() {
    store.add(Runs.working(CompleteOn.EITHER));
    store.interfere(Integer.MAX_VALUE);

    assertThatThrownBy(() -> post("d-1", opened(7))).isInstanceOf(StorageUnavailable.class);
    assertThat(store.deliveries()).isEmpty();
  }

  @Test
  void aReviewOfAPullRequestNobodySawOpenedLinksItToo() {
    store.add(Runs.working(CompleteOn.EITHER));
    PullRequest pull = Runs.pullRequest(7, State.OPEN, T0.plusSeconds(60));

    Receipt receipt =
        post("d-1", new ReviewSubmitted(WIDGETS, 7, new Shown(pull, ""), "approved", null));

    assertThat(receipt.effect()).isEqualTo("review");
    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(store.events())
        .extracting(RunEvent::type)
        .contains(RunEvent.Type.PULL_REQUEST_LINKED, RunEvent.Type.REVIEW_SUBMITTED);
  }

  @Test
  void activityMovesNoStatusAndWakesNobody() {
    store.add(Runs.working(CompleteOn.EITHER));
    String sha = "ada6dec36d2fa2530444998f1ae421fcb8cacffc";

    assertThat(post("d-1", new BranchPushed(WIDGETS, BRANCH, sha)).effect()).isEqualTo("branch");
    assertThat(post("d-2", ci(List.of(), sha, BRANCH)).effect()).isEqualTo("ci");

    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(woken).isEmpty();
    assertThat(store.events())
        .extracting(RunEvent::type)
        .containsExactly(RunEvent.Type.BRANCH_PUSHED, RunEvent.Type.CI_FINISHED);
  }

  @Test
  void aRedBuildLeavesACompletedRunCompleted() {
    store.add(Runs.working(CompleteOn.EITHER));
    post("d-1", opened(7));

    Receipt receipt = post("d-2", ci(List.of(7L), "0".repeat(39) + "1", null));

    assertThat(receipt).isEqualTo(new Receipt("d-2", Outcome.APPLIED, "ci", Runs.ID));
    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(store.deliveries().getLast().rule()).isEqualTo(LinkRule.BRANCH);
  }

  @Test
  void activityOnAPullRequestThatIsNoRunsIsUnlinked() {
    store.add(Runs.working(CompleteOn.EITHER));

    Receipt receipt = post("d-1", new CommentCreated(WIDGETS, 106, null, null));

    assertThat(receipt).isEqualTo(new Receipt("d-1", Outcome.UNLINKED, "unlinked", null));
  }

  @Test
  void anUnlinkedDeliveryKeepsItsCluesButNotItsText() {
    store.add(inAnotherRepository(Runs.working(CompleteOn.EITHER)));
    String text =
        SECRET_WORDS
            + marker.of(Runs.ID)
            + " see https://openhands.example.com/conversations/"
            + "0".repeat(32);

    post("d-1", shown(Runs.pullRequest(7, State.OPEN, T0.plusSeconds(60)), text));

    assertThat(store.deliveries().getLast().facts().toString())
        .contains("marker=" + Runs.ID)
        .contains("conversations=[" + "0".repeat(32) + "]")
        .contains("number=7")
        .doesNotContain(SECRET_WORDS)
        .doesNotContain("sig:");
  }

  @Test
  void aMarkerOfSomebodyElsesMakingIsWarnedAboutWithoutItsContent() {
    store.add(Runs.working(CompleteOn.EITHER));
    String forged = new Marker(() -> "another key").of(Runs.ID);
    PullRequest pull = elsewhere();

    List<String> warnings = warningsOf(() -> post("d-1", shown(pull, SECRET_WORDS + forged)));

    assertThat(warnings)
        .hasSize(1)
        .allSatisfy(w -> assertThat(w).doesNotContain("run_", SECRET_WORDS));
    assertThat(store.deliveries().getLast().outcome()).isEqualTo(Outcome.UNLINKED);
  }

  @Test
  void aPullRequestBeyondWhatARunKeepsIsIgnored() {
    store.add(Runs.working(CompleteOn.EITHER));
    for (int number = 1; number <= 20; number++) {
      post("d-" + number, opened(number));
    }

    Receipt receipt = post("d-21", opened(21));

    assertThat(receipt.outcome()).isEqualTo(Outcome.IGNORED);
    assertThat(run().pullRequests()).hasSize(20);
  }

  private Receipt post(String key, GitEvent event) {
    return webhook.receive(new GitDelivery("github", key, "pull_request", "0".repeat(64), event));
  }

  private Run run() {
    return store.run(Runs.ID);
  }

  private static GitEvent opened(long number) {
    return shown(Runs.pullRequest(number, State.OPEN, T0.plusSeconds(60)), "");
  }

  private static GitEvent shown(PullRequest pull, String text) {
    return new PullRequestShown(new Shown(pull, text));
  }

  /// A pull request that only its text could link.
  private static PullRequest elsewhere() {
    return new PullRequest(
        WIDGETS,
        8,
        "https://github.com/acme/widgets/pull/8",
        State.OPEN,
        false,
        "fix/cart",
        "40e53e1c6c06a70e14c4c6856952855bd88b6dc6",
        WIDGETS.id(),
        null,
        T0,
        T0);
  }

  private static Run inAnotherRepository(Run run) {
    return Runs.in(
        run, new Repository(GitProvider.GITHUB, "github.com", "acme/gadgets", 900_000_002L));
  }

  private static GitEvent ci(List<Long> numbers, String sha, @Nullable String branch) {
    return new CiFinished(WIDGETS, numbers, sha, branch, "failure", null);
  }

  private static List<String> warningsOf(Runnable action) {
    List<String> warnings = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            warnings.add(record.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(Testimonies.class.getName());
    logger.addHandler(handler);
    try {
      action.run();
    } finally {
      logger.removeHandler(handler);
    }
    return warnings;
  }
}
