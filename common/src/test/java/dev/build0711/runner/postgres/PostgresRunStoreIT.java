package dev.build0711.runner.postgres;

import static dev.build0711.runner.testing.Runs.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.BackendStore;
import dev.build0711.runner.port.FailedLooks;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Creation;
import dev.build0711.runner.port.RunStore.Creation.Created;
import dev.build0711.runner.port.RunStore.Position;
import dev.build0711.runner.port.RunStore.RunFilter;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunSpec;
import dev.build0711.runner.run.RunSummary;
import dev.build0711.runner.testing.PostgresExtension;
import dev.build0711.runner.testing.RunStoreContract;
import dev.build0711.runner.testing.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresRunStoreIT extends RunStoreContract {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  @Override
  protected RunStore open() {
    return new PostgresRunStore(POSTGRES.source());
  }

  @Override
  protected FailedLooks failedLooks() {
    return new PostgresFailedLooks(POSTGRES.source());
  }

  @Override
  protected BackendStore backends() {
    return new PostgresBackendStore(POSTGRES.source());
  }

  /// The database has a clock of its own: what it compares with that is moved back instead.
  @Override
  protected void later(Duration time) {
    POSTGRES.execute(
        """
        update run set
          next_poll_at = next_poll_at - interval '%1$d milliseconds',
          lease_until = lease_until - interval '%1$d milliseconds',
          woken_at = woken_at - interval '%1$d milliseconds';
        update backend set
          full_until = full_until - interval '%1$d milliseconds',
          probed_at = probed_at - interval '%1$d milliseconds',
          failing_since = failing_since - interval '%1$d milliseconds',
          down_until = down_until - interval '%1$d milliseconds'
        """
            .formatted(time.toMillis()));
  }

  @Override
  protected void waitingFor(Run run, int seconds) {
    POSTGRES.execute(
        "update run set next_poll_at = now() - make_interval(secs => %d) where id = '%s'"
            .formatted(seconds, run.id().value()));
  }

  @Override
  protected void askForLook(RunId id) {
    POSTGRES.execute(
        """
        update run set next_poll_at = least(next_poll_at, now()), wake_no = wake_no + 1
        where id = '%s'
        """
            .formatted(id.value()));
  }

  @Test
  void aRunIsCreatedAtTheTimeOfTheDatabase() {
    Run created = create("shop", null);

    Instant now =
        Instant.parse(POSTGRES.value("select to_json(now() at time zone 'UTC') #>> '{}' || 'Z'"));
    assertThat(created.createdAt()).isBetween(now.minusSeconds(30), now);
    assertThat(created.standing().deadlineAt()).isEqualTo(created.createdAt().plus(Run.MAX_QUEUED));
    assertThat(created.schedule().nextPollAt()).isEqualTo(created.createdAt());
  }

  @Test
  void aRowThatCannotBeReadCostsNobodyElseHisLook() {
    Run broken = create("shop", null);
    Run other = create("shop", null);
    POSTGRES.execute(
        "update run set progress = '[]' where id = '%s'".formatted(broken.id().value()));

    assertThat(store.claimDue(10, LEASE))
        .extracting(claim -> claim.run().id())
        .containsExactly(other.id());
    assertThat(POSTGRES.value("select look_failure from run where progress = '[]'"))
        .startsWith("unreadable: ");
    for (int look = 1; look < FailedLooks.MOST; look++) {
      later(Duration.ofMinutes(6));
      store.claim(broken.id(), LEASE);
    }
    later(Duration.ofMinutes(6));
    assertThat(failedLooks().setAside(10))
        .extracting(FailedLooks.Failure::id)
        .containsExactly(broken.id());
  }

  @Test
  void metadataComesBackAsItWasWritten() {
    String odd = "{\"n\": 1.10, \"huge\": 1e400, \"b\": [null, true], \"a\": {\"ü\": \"\\\"\"}}";
    RunSpec spec = Runs.spec(CompleteOn.EITHER);
    Run run =
        Run.accepted(
            Runs.ID,
            new RunSpec(
                spec.projectId(),
                spec.compiledPrompt(),
                spec.repository(),
                spec.branch(),
                odd,
                spec.title(),
                spec.completeOn(),
                spec.timeout(),
                0,
                spec.options()),
            T0);

    store.create(run, null);

    assertThat(store.find(Runs.ID).orElseThrow().spec().metadata()).isEqualTo(odd);
    assertThat(store.summary(Runs.ID).orElseThrow().metadata()).isEqualTo(odd);
  }

  @Test
  void aHundredIdenticalRequestsAtOnceAreOneRun() throws Exception {
    List<Creation> answers = atOnce(100, number -> () -> store.create(accepted("shop"), KEY));

    assertThat(answers.stream().filter(Created.class::isInstance)).hasSize(1);
    assertThat(answers.stream().filter(Creation.Replayed.class::isInstance)).hasSize(99);
    assertThat(POSTGRES.value("select count(*) from run")).isEqualTo("1");
    assertThat(POSTGRES.value("select count(*) from run_event")).isEqualTo("1");
  }

  @Test
  void runsOfTheSameInstantAreListedEachOnce() {
    for (int i = 0; i < 5; i++) {
      create(i % 2 == 0 ? "shop" : "blog", null);
    }
    POSTGRES.execute("update run set created_at = '2026-03-02T10:00:00Z'");
    RunFilter both = new RunFilter(List.of("shop", "blog"), List.of());

    List<RunId> seen = new ArrayList<>();
    @Nullable Position after = null;
    for (int page = 0; page < 5; page++) {
      RunSummary run = store.list(both, after, 1).getFirst();
      seen.add(run.id());
      after = new Position(run.createdAt(), run.id());
    }

    assertThat(seen).doesNotHaveDuplicates().hasSize(5);
    assertThat(store.list(both, after, 1)).isEmpty();
  }
}
