package dev.build0711.runner.secretmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.build0711.runner.port.Secrets.SecretUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CachedSecretsTest {

  private static final String NAME = "projects/oaks/secrets/key/versions/latest";

  private final AtomicInteger readings = new AtomicInteger();
  private boolean away;
  private Instant now = Instant.parse("2026-05-06T07:08:09Z");
  private final CachedSecrets secrets = new CachedSecrets(this::read, () -> now);

  @Test
  void withinFiveMinutesItIsReadOnce() {
    secrets.read(NAME);
    tick(Duration.ofMinutes(5).minusMillis(1));

    assertThat(secrets.read(NAME)).isEqualTo("value 1");
  }

  @Test
  void afterFiveMinutesItIsReadAnew() {
    secrets.read(NAME);
    tick(Duration.ofMinutes(6));
    secrets.read(NAME);

    assertThat(secrets.read(NAME)).isEqualTo("value 2");
    assertThat(readings).hasValue(2);
  }

  @Test
  void whileItCannotBeReadTheOldValueHolds() {
    secrets.read(NAME);
    away = true;
    tick(Duration.ofHours(9));

    assertThat(secrets.read(NAME)).isEqualTo("value 1");
    assertThat(secrets.read(NAME)).isEqualTo("value 1");
    assertThat(readings).hasValue(2);
  }

  @Test
  void whenItCanBeReadAgainTheNewValueCounts() {
    secrets.read(NAME);
    away = true;
    tick(Duration.ofMinutes(6));
    secrets.read(NAME);
    away = false;
    tick(Duration.ofMinutes(6));
    secrets.read(NAME);

    assertThat(secrets.read(NAME)).isEqualTo("value 3");
  }

  @Test
  void whatWasNeverReadCannotBeServed() {
    away = true;

    assertThatExceptionOfType(SecretUnavailable.class).isThrownBy(() -> secrets.read(NAME));
    away = false;
    assertThat(secrets.read(NAME)).isEqualTo("value 2");
  }

  @Test
  void aRefusalOfTheOtherSideReadsItAnewAtOnce() {
    secrets.read(NAME);
    tick(Duration.ofSeconds(11));

    assertThat(secrets.refresh(NAME)).isEqualTo("value 2");
    assertThat(secrets.read(NAME)).isEqualTo("value 2");
  }

  @Test
  void aStormOfRefusalsIsOneReading() {
    secrets.read(NAME);
    tick(Duration.ofSeconds(11));
    IntStream.range(0, 50).forEach(i -> secrets.refresh(NAME));

    assertThat(readings).hasValue(2);
  }

  @Test
  void aRefusalWhileItCannotBeReadLeavesTheOldValue() {
    secrets.read(NAME);
    away = true;
    tick(Duration.ofSeconds(11));

    assertThat(secrets.refresh(NAME)).isEqualTo("value 1");
  }

  @Test
  void manyCallersAtOnceAreOneReading() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CachedSecrets slow =
        new CachedSecrets(
            name -> {
              await(asked);
              return read(name);
            },
            () -> now);
    try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
      List<Future<String>> answers =
          IntStream.range(0, 8).mapToObj(i -> callers.submit(() -> slow.read(NAME))).toList();
      asked.countDown();

      for (Future<String> answer : answers) {
        assertThat(answer.get()).isEqualTo("value 1");
      }
    }
  }

  private String read(String name) {
    assertThat(name).isEqualTo(NAME);
    int number = readings.incrementAndGet();
    if (away) {
      throw new SecretUnavailable("away", new IllegalStateException());
    }
    return "value " + number;
  }

  private void tick(Duration duration) {
    now = now.plus(duration);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
