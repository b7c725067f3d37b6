package dev.build0711.runner.githost.github;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.githost.HostApi;
import dev.build0711.runner.githost.HostApi.Ask;
import dev.build0711.runner.githost.Payload;
import dev.build0711.runner.port.GitEvent.Shown;
import dev.build0711.runner.port.PullRequestLookUp;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Repository;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Pull requests as GitHub's REST API shows them: github.com, GHE.com, or an Enterprise Server.
public final class GitHubLookUp implements PullRequestLookUp {

  private static final Map<String, String> HEADERS =
      Map.of(
          "Accept", "application/vnd.github+json",
          "X-GitHub-Api-Version", "2022-11-28",
          "User-Agent", "openhands-runner");

  private final @Nullable String host;
  private final HostApi api;

  /// @param url where GitHub is, such as `https://github.com`
  public GitHubLookUp(
      URI url, Supplier<@Nullable String> token, Exchanges exchanges, InstantSource clock) {
    this.host = Payload.hostOf(url.toString());
    this.api = new HostApi(url.getHost(), api(url), token, HEADERS, exchanges, clock);
  }

  /// Where the API of the GitHub at `url` is.
  static URI api(URI url) {
    String name = url.getHost();
    return name.equalsIgnoreCase("github.com") || name.endsWith(".ghe.com")
        ? URI.create("https://api." + name)
        : URI.create(url + "/api/v3");
  }

  @Override
  public boolean covers(Repository repository) {
    return repository.provider() == GitProvider.GITHUB && repository.host().equals(host);
  }

  @Override
  public List<Shown> find(Question question, Duration limit) {
    return api.ask(asks(question), this::shown, limit);
  }

  /// A branch and a number by turns, since each is a request.
  private static List<Ask> asks(Question question) {
    String path = question.repository().path();
    int slash = path.indexOf('/');
    String owner = path.substring(0, Math.max(0, slash));
    String pulls =
        "/repos/"
            + HostApi.quoted(owner)
            + '/'
            + HostApi.quoted(path.substring(slash + 1))
            + "/pulls";
    List<Ask> asks = new ArrayList<>();
    int most = Math.max(question.branches().size(), question.numbers().size());
    for (int i = 0; i < most; i++) {
      if (i < question.branches().size()) {
        String head = HostApi.quoted(owner + ':' + question.branches().get(i));
        asks.add(new Ask(pulls + "?head=" + head + "&state=all&per_page=10", true));
      }
      if (i < question.numbers().size()) {
        asks.add(new Ask(pulls + '/' + question.numbers().get(i), false));
      }
    }
    return asks;
  }

  private @Nullable Shown shown(Payload pull) {
    Repository repository = GitHubFacts.repository(pull.at("base", "repo"));
    return repository == null || !covers(repository) ? null : GitHubFacts.shown(repository, pull);
  }
}
