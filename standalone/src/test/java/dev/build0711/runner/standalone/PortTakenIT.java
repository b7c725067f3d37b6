package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.config.ConfigKey;
import dev.build0711.runner.config.Deployment;
import dev.build0711.runner.config.Environment;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortTakenIT {

  @Test
  void aTakenPortIsToldBeforeADatabaseIsMadeOrTheOldOneForgotten(@TempDir Path data)
      throws Exception {
    Path runs = Files.createDirectory(data.resolve("postgres"));
    try (ServerSocket other =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      Environment environment =
          new Environment(Map.of(), Deployment.STANDALONE, false)
              .with(ConfigKey.SERVER_PORT, Integer.toString(other.getLocalPort()));

      assertThatThrownBy(() -> StandaloneServer.start(environment, data, true))
          .isInstanceOf(Main.CannotStart.class)
          .hasMessageContaining("127.0.0.1:" + other.getLocalPort());

      assertThat(runs).isEmptyDirectory();
      assertThat(data.resolve("postgres-binaries")).doesNotExist();
    }
  }
}
