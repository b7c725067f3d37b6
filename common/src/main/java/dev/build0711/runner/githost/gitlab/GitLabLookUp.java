package dev.build0711.runner.githost.gitlab;

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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Merge requests as GitLab's REST API shows them.
public final class GitLabLookUp implements PullRequestLookUp {

  private static final int MAX_NUMBERS = 20;

  private static final Map<String, String> HEADERS =
      Map.of("Accept", "application/json", "User-Agent", "openhands-runner");

  private final @Nullable String host;
  private final HostApi api;

  /// @param url where GitLab is, such as `https://gitlab.com`
  public GitLabLookUp(
      URI url, Supplier<@Nullable String> token, Exchanges exchanges, InstantSource clock) {
    this.host = Payload.hostOf(url.toString());
    this.api =
        new HostApi(url.getHost(), URI.create(url + "/api/v4"), token, HEADERS, exchanges, clock);
  }

  @Override
  public boolean covers(Repository repository) {
    return repository.provider() == GitProvider.GITLAB && repository.host().equals(host);
  }

  @Override
  public List<Shown> find(Question question, Duration limit) {
    return api.ask(asks(question), this::shown, limit);
  }

  /// All the numbers are one request. The project's id holds through renames.
  private static List<Ask> asks(Question question) {
    Repository repository = question.repository();
    Long id = repository.id();
    String requests =
        "/projects/"
            + (id == null ? HostApi.quoted(repository.path()) : id.toString())
            + "/merge_requests?state=all&per_page=20";
    List<Ask> asks = new ArrayList<>();
    if (!question.numbers().isEmpty()) {
      asks.add(
          new Ask(
              question.numbers().stream()
                  .limit(MAX_NUMBERS)
                  .map(number -> "&iids%5B%5D=" + number)
                  .collect(Collectors.joining("", requests, "")),
              true));
    }
    question
        .branches()
        .forEach(branch ->
            asks.add(new Ask(requests + "&source_branch=" + HostApi.quoted(branch), true)));
    return asks;
  }

  private @Nullable Shown shown(Payload request) {
    Shown shown = GitLabFacts.listed(request);
    return shown == null || !covers(shown.pullRequest().repository()) ? null : shown;
  }
}
