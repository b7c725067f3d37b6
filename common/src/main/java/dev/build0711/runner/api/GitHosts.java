package dev.build0711.runner.api;

import dev.build0711.runner.http.Ascii;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Repository;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The git hosts that repositories can lie on, one of each kind, as a configuration names them.
///
/// @param github where GitHub is, such as `https://github.com`
/// @param gitlab where GitLab is, such as `https://gitlab.com`
public record GitHosts(URI github, URI gitlab) {

  private static final int MAX_LENGTH = 500;
  private static final int MAX_GROUPS = 21; // GitLab nests groups 20 deep

  /// What a text says of a repository.
  public sealed interface Reading {

    record Read(Repository repository) implements Reading {}

    /// What is wrong with it, as the end of a sentence on the field.
    record Refused(String why) implements Reading {}
  }

  /// Reads `owner/name`, `group/sub/name` or an https URL on one of the hosts. Without a provider a
  /// path of more than two parts can only be GitLab's, and any other is taken for GitHub's.
  public Reading read(String text, @Nullable GitProvider wanted) {
    if (text.length() > MAX_LENGTH) {
      return new Reading.Refused("must have at most " + MAX_LENGTH + " characters");
    }
    if (text.contains("://")) {
      return url(text, wanted);
    }
    GitProvider provider = wanted != null ? wanted : guess(text);
    return path(provider, text);
  }

  private Reading url(String text, @Nullable GitProvider wanted) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      return new Reading.Refused("must be owner/name or an https URL");
    }
    if (!"https".equalsIgnoreCase(url.getScheme())
        || url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || url.getRawFragment() != null
        || url.getRawAuthority() == null) {
      return new Reading.Refused("must be an https URL without user, query or fragment");
    }
    GitProvider provider = at(authority(url));
    if (provider == null) {
      return new Reading.Refused("must lie on a configured git host");
    }
    if (wanted != null && wanted != provider) {
      return new Reading.Refused("must lie on the host of git_provider");
    }
    String path = url.getRawPath().replaceFirst("^/", "").replaceFirst("/$", "");
    return path(provider, path);
  }

  private Reading path(GitProvider provider, String text) {
    String path = text.endsWith(".git") ? text.substring(0, text.length() - 4) : text;
    String[] parts = path.split("/", -1);
    boolean fits = provider == GitProvider.GITHUB ? parts.length == 2 : parts.length >= 2;
    if (!fits || parts.length > MAX_GROUPS) {
      return new Reading.Refused(
          provider == GitProvider.GITHUB
              ? "must be owner/name on GitHub"
              : "must be group/name or group/sub/name on GitLab");
    }
    for (String part : parts) {
      if (!isName(part)) {
        return new Reading.Refused("must be made of letters, digits, '.', '_' and '-'");
      }
    }
    return new Reading.Read(new Repository(provider, authority(host(provider)), path, null));
  }

  private @Nullable GitProvider at(String authority) {
    for (GitProvider provider : GitProvider.values()) {
      if (authority(host(provider)).equals(authority)) {
        return provider;
      }
    }
    return null;
  }

  private URI host(GitProvider provider) {
    return switch (provider) {
      case GITHUB -> github;
      case GITLAB -> gitlab;
    };
  }

  /// The host, and the port where it is not the scheme's own.
  private static String authority(URI url) {
    String authority = url.getRawAuthority().toLowerCase(Locale.ROOT);
    String own = "https".equalsIgnoreCase(url.getScheme()) ? ":443" : ":80";
    return authority.endsWith(own)
        ? authority.substring(0, authority.length() - own.length())
        : authority;
  }

  private static GitProvider guess(String path) {
    return path.chars().filter(c -> c == '/').count() > 1 ? GitProvider.GITLAB : GitProvider.GITHUB;
  }

  private static boolean isName(String part) {
    return !part.isEmpty()
        && !part.equals(".")
        && !part.equals("..")
        && !part.startsWith("-")
        && part.chars().allMatch(c -> Ascii.isLetterOrDigit(c) || "._-".indexOf(c) >= 0);
  }
}
