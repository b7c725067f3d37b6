package dev.build0711.runner.createrun;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BranchNameTest {

  @Test
  void takesWhatGitTakes() {
    assertThat(List.of("main", "feature/x.y", "release-1.2", "a@b", "ümlaut", "locked", "x/HEAD"))
        .allMatch(BranchName::isValid);
  }

  @Test
  void refusesWhatGitRefuses() {
    assertThat(
            List.of(
                "",
                "@",
                "HEAD",
                "-x",
                "a..b",
                "a b",
                "a~1",
                "a^",
                "a:b",
                "a?",
                "a*",
                "a[",
                "a\\b",
                "a@{b",
                "/a",
                "a/",
                "a//b",
                ".a",
                "a/.b",
                "a.",
                "a.lock",
                "a.lock/b",
                "a\u007fb"))
        .noneMatch(BranchName::isValid);
  }
}
