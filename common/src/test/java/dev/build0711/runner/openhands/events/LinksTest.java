package dev.build0711.runner.openhands.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinksTest {

  private static List<String> in(String text) {
    Set<String> found = new LinkedHashSet<>();
    Links.collect(text, found);
    return List.copyOf(found);
  }

  @Test
  void pullAndMergeRequestsAreFoundOnceInTheirOrder() {
    assertThat(
            in(
                """
                Opened https://github.com/acme/widgets/pull/7, see also
                [the other](https://gitlab.example.com:8443/acme/tools/rover/-/merge_requests/12).
                Again: https://github.com/acme/widgets/pull/7/files?w=1
                http://git.local/acme/widgets/pull/3#issuecomment-1
                """))
        .containsExactly(
            "https://github.com/acme/widgets/pull/7",
            "https://gitlab.example.com:8443/acme/tools/rover/-/merge_requests/12",
            "http://git.local/acme/widgets/pull/3");
  }

  @Test
  void whatOnlyLooksLikeOneIsNot() {
    assertThat(
            in(
                """
                https://github.com/acme/widgets/pull/new/blue-shed
                https://github.com/acme/widgets/pull/7abc
                https://github.com/acme/pull/7
                https://user:secret@github.com/acme/widgets/pull/7
                ssh://git@github.com/acme/widgets/pull/7 github.com/acme/widgets/pull/8
                https://github.com/acme/widgets/issues/9
                https://github.com/acme/widgets/pull/99999999999
                """))
        .isEmpty();
  }

  @Test
  void noMoreThanTwentyAreKept() {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= 30; i++) {
      text.append("https://github.com/acme/widgets/pull/").append(i).append('\n');
    }

    assertThat(in(text.toString())).hasSize(20).endsWith("https://github.com/acme/widgets/pull/20");
  }

  @Test
  void aHostileTextIsSearchedQuickly() {
    assertThat(in("https://a/" + "a/".repeat(100_000))).isEmpty();
    assertThat(in("https://".repeat(50_000))).isEmpty();
  }
}
