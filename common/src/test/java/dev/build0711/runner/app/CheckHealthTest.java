package dev.build0711.runner.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.app.CheckHealth.Backend;
import dev.build0711.runner.app.CheckHealth.Database;
import dev.build0711.runner.app.CheckHealth.Health;
import dev.build0711.runner.app.CheckHealth.Status;
import dev.build0711.runner.port.Probe;
import dev.build0711.runner.port.StorageUnavailable;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CheckHealthTest {

  private static final Database FINE =
      new Database(true, Duration.ofMillis(3), Duration.ofSeconds(20));
  private static final Backend UP = new Backend("blue", true, "1.36.0", null);
  private static final long FAR = 1_000_000_000_000L;
  private static final Duration NEARLY_OVER = CheckHealth.LIMIT.minusMillis(500);
  private static final Backend LOST = new Backend("green", false, null, "unreachable");

  @Test
  void allIsWellWhenEverythingAnswers() {
    assertThat(new Health(FINE, List.of(UP)).status()).isEqualTo(Status.OK);
  }

  @Test
  void itIsToldInTheWordsOfTheApi() {
    assertThat(Status.values())
        .extracting(Status::toString)
        .containsExactly("ok", "degraded", "down");
  }

  @Test
  void withoutTheDatabaseTheServiceIsDown() {
    var gone = new Database(false, CheckHealth.LIMIT, Duration.ZERO);

    Health health = new Health(gone, List.of(UP));

    assertThat(health.status()).isEqualTo(Status.DOWN);
    assertThat(health.queue()).isEqualTo(Status.DOWN);
  }

  @Test
  void aLostBackendOnlyDegradesTheService() {
    assertThat(new Health(FINE, List.of(LOST)).status()).isEqualTo(Status.DEGRADED);
    assertThat(new Health(FINE, List.of(LOST)).openhands()).isEqualTo(Status.DOWN);
    assertThat(new Health(FINE, List.of(UP, LOST)).openhands()).isEqualTo(Status.DEGRADED);
    assertThat(new Health(FINE, List.of()).status()).isEqualTo(Status.DEGRADED);
  }

  @Test
  void runsThatNobodyLooksAtDegradeTheService() {
    var late = new Database(true, Duration.ofMillis(3), CheckHealth.LATE.plusSeconds(1));

    assertThat(new Health(late, List.of(UP)).status()).isEqualTo(Status.DEGRADED);
  }

  @Test
  void everythingIsAskedAndToldAsItIs() {
    Health health = check(() -> Duration.ofMinutes(1), new ScriptedBackend());

    assertThat(health.status()).isEqualTo(Status.OK);
    assertThat(health.database().up()).isTrue();
    assertThat(health.database().oldestOverdue()).isEqualTo(Duration.ofMinutes(1));
    assertThat(health.database().latency()).isBetween(Duration.ofMillis(1), Duration.ofMillis(10));
    assertThat(health.backends()).containsExactly(new Backend("main", true, "1.58.0", null));
  }

  @Test
  void whoDoesNotAnswerInTimeIsUnreachable() {
    ScriptedBackend deaf = new ScriptedBackend();
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    deaf.meanwhile =
        () -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
        };
    Iterator<Long> nanos =
        LongStream.concat(
                LongStream.of(FAR), LongStream.generate(() -> FAR + NEARLY_OVER.toNanos()))
            .iterator();

    Health health = new CheckHealth(() -> Duration.ZERO, deaf, () -> next(nanos)).check();

    assertThat(health.backends()).containsExactly(new Backend("main", false, null, "unreachable"));
    assertThat(interrupted)
        .as("nobody waits for it any more")
        .satisfies(it -> assertThat(it.await(10, TimeUnit.SECONDS)).isTrue());
  }

  @Test
  void aCheckThatFailsIsNoAnswer() {
    Health health =
        check(
            () -> {
              throw new StorageUnavailable("planted", new IllegalStateException());
            },
            new ScriptedBackend());

    assertThat(health.database()).isEqualTo(new Database(false, CheckHealth.LIMIT, Duration.ZERO));
    assertThat(health.status()).isEqualTo(Status.DOWN);
  }

  @Test
  void whoeverIsToldToEndWhileHeWaitsAnswersAtOnceAndRemembers() {
    CountDownLatch told = new CountDownLatch(1);
    Probe slow =
        () -> {
          try {
            told.await();
          } catch (InterruptedException e) {
            throw new AssertionError("it is asked for an answer, not to end", e);
          }
          return Duration.ZERO;
        };
    Thread.currentThread().interrupt();

    Health health = check(slow, new ScriptedBackend());
    told.countDown();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(health.status()).isEqualTo(Status.DOWN);
  }

  @Test
  void aRunThatIsLateByNoMoreThanIsAllowedIsNoReasonToWorry() {
    var late = new Database(true, Duration.ofMillis(3), CheckHealth.LATE);

    assertThat(new Health(late, List.of(UP)).queue()).isEqualTo(Status.OK);
  }

  /// A clock that is far from zero, and goes on by a millisecond with every look at it.
  private static Health check(Probe probe, ScriptedBackend backend) {
    AtomicLong nanos = new AtomicLong(FAR);
    return new CheckHealth(probe, backend, () -> nanos.addAndGet(1_000_000)).check();
  }

  /// Several threads look at one clock.
  private static synchronized long next(Iterator<Long> nanos) {
    return nanos.next();
  }
}
