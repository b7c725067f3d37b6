package dev.build0711.runner.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionTest {

  @Test
  void classesThatLieInNoJarAreOfNoVersion() {
    assertThat(Version.current()).isEqualTo("development");
  }
}
