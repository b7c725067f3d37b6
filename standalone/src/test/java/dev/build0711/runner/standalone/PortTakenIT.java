package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.config.ConfigKey;
import dev.build0711.runner.config.Deployment;
import dev.build0711.runner.config.Environment;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortTakenIT {

  @Test
  void aTakenPortIsToldAndLeavesNoDatabaseBehind(@TempDir Path data) throws Exception {
    try (ServerSocket other =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      Environment environment =
          new Environment(Map.of(), Deployment.STANDALONE, false)
              .with(ConfigKey.SERVER_PORT, Integer.toString(other.getLocalPort()));

      assertThatThrownBy(() -> StandaloneServer.start(environment, data))
          .isInstanceOf(Main.CannotStart.class)
          .hasMessageContaining("127.0.0.1:" + other.getLocalPort());

      assertThat(data.resolve("postgres/PG_VERSION")).exists();
      assertThat(data.resolve("postgres/postmaster.pid")).doesNotExist();
    }
  }
}
