package dev.build0711.runner.githost.gitlab;

import dev.build0711.runner.githost.Payload;
import dev.build0711.runner.port.GitEvent.Shown;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Repository;
import java.time.Instant;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The things in GitLab's payloads that deliveries of several kinds share.
final class GitLabFacts {

  private static final String REQUESTS = "/-/merge_requests/";

  /// Releases before 12 have no dash.
  private static final Pattern ADDRESS =
      Pattern.compile("https?://[^/]+/(.+?)(?:/-)?/merge_requests/[0-9]+");

  private GitLabFacts() {}

  /// The project, null where its host or path is missing. System hooks leave out `project.id`.
  ///
  /// @param id the project's id where the delivery says it elsewhere
  static @Nullable Repository repository(Payload project, @Nullable Long id) {
    String host = project.host("web_url");
    String path = project.word("path_with_namespace");
    Long own = project.number("id");
    return host == null || path == null || path.indexOf('/') < 0
        ? null
        : new Repository(GitProvider.GITLAB, host, path, own == null ? id : own);
  }

  /// The project that a request asks to be merged into: the delivery's own, unless the delivery
  /// came from the fork's.
  static @Nullable Repository target(Payload request, Payload project) {
    Long id = request.number("target_project_id");
    Repository own = repository(project, id);
    if (own != null && (id == null || id.equals(own.id()))) {
      return own;
    }
    Repository target = repository(request.at("target"), id);
    return target == null ? byAddress(request, id) : target;
  }

  /// The request's address begins with that of its target.
  private static @Nullable Repository byAddress(Payload request, @Nullable Long id) {
    String url = request.word("url");
    String host = request.host("url");
    int end = url == null ? -1 : url.indexOf(REQUESTS);
    int start = url == null ? -1 : url.indexOf('/', url.indexOf("//") + 2);
    return url == null || host == null || start < 0 || end <= start
        ? null
        : new Repository(GitProvider.GITLAB, host, url.substring(start + 1, end), id);
  }

  /// The merge request, null where it is not told whole. Its text is that of its description.
  static @Nullable Shown shown(Payload request, Payload project) {
    Repository repository = target(request, project);
    Long number = request.number("iid");
    String url = request.word("url");
    Instant updated = request.time("updated_at");
    if (repository == null || number == null || url == null || updated == null) {
      return null;
    }
    if (request.host("url") == null) {
      return null;
    }
    PullRequest.State state = state(request.text("state"));
    PullRequest facts =
        new PullRequest(
            repository,
            number,
            url,
            state,
            draft(request),
            Objects.requireNonNullElse(request.word("source_branch"), ""),
            Objects.requireNonNullElse(request.at("last_commit").word("id"), ""),
            request.number("source_project_id"),
            state == PullRequest.State.MERGED ? mergeCommit(request) : null,
            Objects.requireNonNullElse(request.time("created_at"), Instant.EPOCH),
            updated);
    return new Shown(facts, request.text("description"));
  }

  /// The merge request as the REST API shows it, null where it is not told whole.
  static @Nullable Shown listed(Payload request) {
    String url = request.word("web_url");
    Matcher address = ADDRESS.matcher(url == null ? "" : url);
    String host = request.host("web_url");
    Long number = request.number("iid");
    Instant updated = request.time("updated_at");
    if (url == null || host == null || !address.matches() || number == null || updated == null) {
      return null;
    }
    Long project = request.number("project_id");
    PullRequest.State state = state(request.text("state"));
    PullRequest facts =
        new PullRequest(
            new Repository(GitProvider.GITLAB, host, address.group(1), project),
            number,
            url,
            state,
            draft(request),
            Objects.requireNonNullElse(request.word("source_branch"), ""),
            Objects.requireNonNullElse(request.word("sha"), ""),
            request.number("source_project_id"),
            state == PullRequest.State.MERGED ? mergeCommit(request) : null,
            Objects.requireNonNullElse(request.time("created_at"), Instant.EPOCH),
            updated);
    return new Shown(facts, request.text("description"));
  }

  private static boolean draft(Payload request) {
    return request.flag(request.has("draft") ? "draft" : "work_in_progress");
  }

  /// `locked` is a request in the moment of its merge.
  private static PullRequest.State state(String state) {
    return switch (state) {
      case "merged" -> PullRequest.State.MERGED;
      case "closed" -> PullRequest.State.CLOSED;
      default -> PullRequest.State.OPEN;
    };
  }

  private static @Nullable String mergeCommit(Payload request) {
    String merge = request.word("merge_commit_sha");
    return merge == null ? request.word("squash_commit_sha") : merge;
  }
}
