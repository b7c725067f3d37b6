package dev.build0711.runner.app;

import static dev.build0711.runner.testing.Runs.T0;
import static dev.build0711.runner.testing.Runs.WIDGETS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.app.ReceiveWebhook.Receipt;
import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.DeliveryStore.Delivery;
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
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.PullRequest.State;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.testing.MemoryDeliveries;
import dev.build0711.runner.testing.RecordedWakeUps;
import dev.build0711.runner.testing.Runs;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TendDeliveriesTest {

  /// The branch of the conversation that [Runs#CONVERSATION] is; no run knows it before its start.
  private static final String BRANCH = "openhands/" + Runs.CONVERSATION.id();

  private static final Duration A_WHILE = Duration.ofMinutes(5);

  private Instant now = T0.plusSeconds(60);
  private final MemoryDeliveries store = new MemoryDeliveries(() -> now);
  private final List<Wake> woken = new ArrayList<>();
  private final ReceiveWebhook webhook =
      new ReceiveWebhook(
          store,
          new RecordedWakeUps(woken),
          new Marker(() -> "a marker key"),
          List.of(URI.create("https://openhands.example.com")),
          () -> now);
  private final TendDeliveries tend =
      new TendDeliveries(store, new RecordedWakeUps(woken), () -> now);

  @Test
  void aPullRequestThatCameBeforeItsConversationWasKnownCompletesTheRunLater() {
    store.add(Runs.admitted(CompleteOn.EITHER));
    post("d-1", new PullRequestShown(new Shown(pull(), "")));

    assertThat(tend.apply()).isZero();
    started();

    assertThat(tend.apply()).isOne();
    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(run().pullRequests())
        .singleElement()
        .satisfies(link -> assertThat(link.pullRequest()).isEqualTo(pull()))
        .satisfies(link -> assertThat(link.rule()).isEqualTo(LinkRule.BRANCH));
    assertThat(woken).extracting(Wake::id).containsExactly(Runs.ID);
    Delivery row = store.deliveries().getLast();
    assertThat(row.outcome()).isEqualTo(Outcome.APPLIED);
    assertThat(row.effect()).isEqualTo("link");
    assertThat(row.runId()).isEqualTo(Runs.ID);
  }

  @Test
  void whatHasHadItsEffectHasNoneAgain() {
    store.add(Runs.admitted(CompleteOn.EITHER));
    GitEvent opened = new PullRequestShown(new Shown(pull(), ""));
    post("d-1", opened);
    started();
    tend.apply();
    Run after = run();
    woken.clear();

    assertThat(tend.apply()).isZero();
    assertThat(post("d-1", opened))
        .isEqualTo(new Receipt("d-1", Outcome.DUPLICATE, "repeat", Runs.ID));

    assertThat(run()).isEqualTo(after);
    assertThat(woken).isEmpty();
  }

  @Test
  void everyKindOfDeliveryIsDecidedAsIfItCameNow() {
    store.add(Runs.admitted(CompleteOn.AGENT));
    post("d-1", new BranchPushed(WIDGETS, BRANCH, pull().headSha()));
    post("d-2", new ReviewSubmitted(WIDGETS, 7, new Shown(pull(), ""), "approved", pull().url()));
    post("d-3", new CommentCreated(WIDGETS, 7, null, pull().url()));
    post("d-4", new CiFinished(WIDGETS, List.of(7L), pull().headSha(), BRANCH, "success", null));
    started();

    assertThat(tend.apply()).isEqualTo(4);

    assertThat(store.events())
        .extracting(RunEvent::type)
        .containsExactly(
            RunEvent.Type.BRANCH_PUSHED,
            RunEvent.Type.PULL_REQUEST_LINKED,
            RunEvent.Type.REVIEW_SUBMITTED,
            RunEvent.Type.COMMENT_CREATED,
            RunEvent.Type.CI_FINISHED);
    assertThat(store.deliveries())
        .extracting(Delivery::effect)
        .containsExactly("branch", "review", "comment", "ci");
  }

  @Test
  void whatIsStillNobodysStaysUnlinked() {
    store.add(Runs.admitted(CompleteOn.EITHER));
    post("d-1", new BranchPushed(WIDGETS, "fix/cart", null));
    started();
    Run before = run();

    assertThat(tend.apply()).isZero();

    assertThat(run()).isEqualTo(before);
    assertThat(store.deliveries().getLast().outcome()).isEqualTo(Outcome.UNLINKED);
  }

  @Test
  void afterAWeekNothingIsTriedAgain() {
    store.add(Runs.admitted(CompleteOn.EITHER));
    post("d-1", new PullRequestShown(new Shown(pull(), "")));
    now = now.plus(Duration.ofDays(7));
    started();

    assertThat(tend.apply()).isZero();

    assertThat(run().pullRequests()).isEmpty();
  }

  @Test
  void aRunThatSomebodyElseChangesMeanwhileIsDecidedAgain() {
    store.add(Runs.admitted(CompleteOn.EITHER));
    post("d-1", new PullRequestShown(new Shown(pull(), "")));
    started();
    store.interfere(3);

    assertThat(tend.apply()).isOne();

    assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void aRunThatNeverHoldsStillIsLeftForTheNextTime() {
    store.add(Runs.admitted(CompleteOn.EITHER));
    post("d-1", new PullRequestShown(new Shown(pull(), "")));
    started();
    store.interfere(Verdicts.MAX_TRIES);

    assertThat(tend.apply()).isZero();
    assertThat(tend.apply()).isOne();
  }

  @Test
  void aMistakeOfOursAtOneDeliveryKeepsNoOtherFromItsTurn() {
    store.add(Runs.admitted(CompleteOn.EITHER));
    post("d-1", new PullRequestShown(new Shown(pull(), "")));
    post("d-2", new BranchPushed(WIDGETS, BRANCH, pull().headSha()));
    started();
    store.failAt(1);

    assertThat(tend.apply()).isOne();

    assertThat(store.deliveries())
        .extracting(Delivery::outcome)
        .containsExactly(Outcome.UNLINKED, Outcome.APPLIED);
  }

  @Test
  void factsThatSayTooLittleStayUnlinked() {
    store.add(Runs.admitted(CompleteOn.EITHER));
    Map<String, Object> clues = new HashMap<>();
    clues.put("provider", "github");
    for (Object odd : List.of("no object", Map.of(), clues, Map.of("provider", "bitbucket"))) {
      store.record(unlinked("d-" + odd.hashCode(), Map.of("clues", odd)), null, false);
    }
    started();

    assertThat(tend.apply()).isZero();

    assertThat(store.deliveries()).extracting(Delivery::outcome).containsOnly(Outcome.UNLINKED);
  }

  private Delivery unlinked(String key, Map<String, Object> facts) {
    return new Delivery(
        "github",
        key,
        "push",
        "0".repeat(64),
        WIDGETS,
        Outcome.UNLINKED,
        Delivery.UNLINKED,
        null,
        null,
        facts,
        now);
  }

  private Receipt post(String key, GitEvent event) {
    return webhook.receive(new GitDelivery("github", key, "any", "0".repeat(64), event));
  }

  /// The run's conversation is known, as a look has learnt it.
  private void started() {
    now = now.plus(A_WHILE);
    store.add(Runs.after(run(), Runs.started(), now));
    now = now.plusSeconds(5);
  }

  private Run run() {
    return store.run(Runs.ID);
  }

  private static PullRequest pull() {
    return new PullRequest(
        WIDGETS,
        7,
        "https://github.com/acme/widgets/pull/7",
        State.OPEN,
        false,
        BRANCH,
        "ada6dec36d2fa2530444998f1ae421fcb8cacffc",
        WIDGETS.id(),
        null,
        T0.plusSeconds(50),
        T0.plusSeconds(50));
  }

  @Test
  void whatIsOldGoesBatchAfterBatch() {
    for (int i = 0; i < 1_500; i++) {
      post("d-" + i, new BranchPushed(WIDGETS, "main", pull().headSha()));
    }
    now = now.plus(DeliveryStore.KEPT).plusSeconds(1);

    tend.apply();

    assertThat(store.deliveries()).isEmpty();
  }
}
