package dev.build0711.runner.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "169.254.170.2",
        "[fe80::1]",
        "[fd20:ce::254]",
        "[fd00:ec2::254]",
        "[::ffff:169.254.169.254]",
        "168.63.129.16",
        "100.100.100.200",
        "192.0.0.192",
        "0.0.0.0",
        "224.0.0.1"
      })
  void theAddressesOfMetadataServicesAreNeverAsked(String host) {
    try (Exchanges exchanges = new Exchanges()) {
      var exchange =
          new Exchange("GET", URI.create("http://" + host + "/"), Map.of(), null, true, 1000);

      assertThat(exchanges.send(exchange, Duration.ofSeconds(5))).isEqualTo(new Reply.NotSent());
      assertThat(Destination.checked(host)).isCompletedExceptionally();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "10.0.0.7", "192.168.1.20", "[::1]", "[fd12::7]", "localhost"})
  void privateNetworksAndThisMachineAre(String host) {
    assertThat(Destination.checked(host).orTimeout(5, java.util.concurrent.TimeUnit.SECONDS))
        .succeedsWithin(Duration.ofSeconds(5));
  }
}
