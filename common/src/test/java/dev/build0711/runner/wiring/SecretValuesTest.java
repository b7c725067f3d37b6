package dev.build0711.runner.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.config.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SecretValuesTest {

  private static final Secret KEPT = Secret.of("sm://projects/oaks/secrets/openhands-key");

  private final AtomicInteger readings = new AtomicInteger();
  private final AtomicInteger openings = new AtomicInteger();
  private Instant now = Instant.parse("2026-05-06T07:08:09Z");
  private final SecretValues secrets =
      new SecretValues(
          () -> {
            openings.incrementAndGet();
            return name -> name + " as of reading " + readings.incrementAndGet();
          },
          () -> now);

  @Test
  void aReferenceThatTheOtherSideRefusesIsReadAnew() {
    assertThat(secrets.optional(KEPT)).endsWith("as of reading 1");
    now = now.plus(Duration.ofSeconds(11));
    assertThat(secrets.optional(KEPT)).endsWith("as of reading 1");

    assertThat(secrets.renewed(KEPT)).endsWith("as of reading 2");
    assertThat(secrets.optional(KEPT)).endsWith("as of reading 2");
    assertThat(openings).hasValue(1);
  }

  @Test
  void whatWasGivenAsItIsOrNotAtAllStaysAndOpensNothing() {
    assertThat(secrets.renewed(Secret.of("key-of-berlin"))).isEqualTo("key-of-berlin");
    assertThat(secrets.renewed(null)).isNull();
    assertThat(openings).hasValue(0);
  }
}
