package dev.build0711.runner.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryTest {

  private static final Repository GITHUB = github("acme/widgets", null);
  private static final Repository GITLAB =
      new Repository(GitProvider.GITLAB, "Git.Acme.test", "acme/shop/widgets", null);

  @Test
  void knowsItsPullRequestsByTheirAddress() {
    assertThat(GITHUB.numberOf("https://github.com/Acme/widgets/pull/7")).hasValue(7);
    assertThat(GITLAB.numberOf("https://git.acme.test/acme/shop/widgets/-/merge_requests/12"))
        .hasValue(12);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://github.com/acme/gadgets/pull/7",
        "https://github.com/acme/widgets/issues/7",
        "https://github.com/acme/widgets/pull/7/files",
        "https://github.com/acme/widgets/pull/07",
        "https://github.com/acme/widgets/pull/12345678901",
        "https://github.com/acme/widgets/pull/",
        "http://github.com/acme/widgets/pull/7",
      })
  void anyOtherAddressIsNoneOfThem(String url) {
    assertThat(GITHUB.numberOf(url)).isEmpty();
  }

  @Test
  void isToldByItsIdAndByItsPathWhereOneIsUnknown() {
    assertThat(github("acme/widgets", 1L).same(github("acme/renamed", 1L))).isTrue();
    assertThat(github("acme/widgets", 1L).same(github("acme/widgets", 2L))).isFalse();
    assertThat(github("acme/widgets", null).same(github("Acme/Widgets", 2L))).isTrue();
    assertThat(github("acme/widgets", 1L).same(github("acme/gadgets", null))).isFalse();
    assertThat(GITHUB.same(new Repository(GitProvider.GITHUB, "ghe.test", "acme/widgets", null)))
        .isFalse();
  }

  private static Repository github(String path, @Nullable Long id) {
    return new Repository(GitProvider.GITHUB, "github.com", path, id);
  }
}
