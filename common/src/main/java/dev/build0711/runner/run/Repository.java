package dev.build0711.runner.run;

import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A repository on a git host. Once its `id` is known the id decides, because names change.
///
/// @param host lower case, with a port where it is not the scheme's own: `github.com`
/// @param path `owner/name` or `group/sub/name`, as the caller or the host wrote it
/// @param id the host's number for it, null until a delivery has named it
public record Repository(GitProvider provider, String host, String path, @Nullable Long id) {

  public Repository {
    host = host.toLowerCase(Locale.ROOT);
  }

  /// What comes before the number in the address of one of its pull or merge requests.
  public String pullRequests() {
    String home = "https://" + host + '/' + path;
    return switch (provider) {
      case GITHUB -> home + "/pull/";
      case GITLAB -> home + "/-/merge_requests/";
    };
  }

  /// The number of the pull or merge request at `url`, where it is one of this repository.
  public OptionalLong numberOf(String url) {
    String home = pullRequests();
    String digits =
        url.regionMatches(true, 0, home, 0, home.length()) ? url.substring(home.length()) : "";
    return digits.matches("[1-9][0-9]{0,9}")
        ? OptionalLong.of(Long.parseLong(digits))
        : OptionalLong.empty();
  }

  /// Whether both are the same repository: the same host and the same id, or, where one id is
  /// unknown, the same path; hosts ignore the case of paths.
  public boolean same(Repository other) {
    if (!host.equals(other.host)) {
      return false;
    }
    boolean bothKnown = id != null && other.id != null;
    return bothKnown ? Objects.equals(id, other.id) : path.equalsIgnoreCase(other.path);
  }
}
