package dev.build0711.runner.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.api.GitHosts.Reading;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Repository;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GitHostsTest {

  private final GitHosts hosts =
      new GitHosts(URI.create("https://github.com"), URI.create("https://git.acme.example:8443/"));

  @Test
  void aShortNameLiesOnGitHubUnlessSaidOtherwise() {
    assertRead("acme/widgets", null, GitProvider.GITHUB, "github.com", "acme/widgets");
    assertRead(
        "acme/widgets",
        GitProvider.GITLAB,
        GitProvider.GITLAB,
        "git.acme.example:8443",
        "acme/widgets");
  }

  @Test
  void onlyGitLabHasGroupsInGroups() {
    assertRead("a/b/c", null, GitProvider.GITLAB, "git.acme.example:8443", "a/b/c");
    assertRefused("a/b/c", GitProvider.GITHUB);
    assertRefused("https://github.com/a/b/c", null);
  }

  @Test
  void aUrlNamesItsHost() {
    assertRead(
        "https://GitHub.com:443/Acme/widgets.git",
        null,
        GitProvider.GITHUB,
        "github.com",
        "Acme/widgets");
    assertRead(
        "https://git.acme.example:8443/a/b/c/",
        null,
        GitProvider.GITLAB,
        "git.acme.example:8443",
        "a/b/c");
  }

  @Test
  void aUrlElsewhereOrWithAnythingMoreIsRefused() {
    for (String url :
        List.of(
            "http://github.com/a/b",
            "https://gitlab.com/a/b",
            "https://git.acme.example/a/b",
            "https://token@github.com/a/b",
            "https://github.com/a/b?x=1",
            "https://github.com/a/b#x",
            "https://github.com/a",
            "https://github.com/a/b%2fc",
            "https:///a/b",
            "https://github.com.evil.example/a/b",
            "ssh://github.com/a/b")) {
      assertRefused(url, null);
    }
    assertRefused("https://github.com/a/b", GitProvider.GITLAB);
  }

  @Test
  void anythingElseIsNoRepository() {
    for (String text :
        List.of("", "a", "a/", "/b", "a/..", "./b", "a/.git", "a b/c", "a/b\n", "-a/b", "a//b")) {
      assertRefused(text, null);
    }
  }

  private void assertRead(
      String text, @Nullable GitProvider wanted, GitProvider provider, String host, String path) {
    assertThat(hosts.read(text, wanted))
        .isEqualTo(new Reading.Read(new Repository(provider, host, path, null)));
  }

  private void assertRefused(String text, @Nullable GitProvider wanted) {
    assertThat(hosts.read(text, wanted)).as(text).isInstanceOf(Reading.Refused.class);
  }
}
