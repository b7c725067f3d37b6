package dev.build0711.runner.githost.gitlab;

import dev.build0711.runner.githost.Payload;
import dev.build0711.runner.port.GitEvent;
import dev.build0711.runner.port.GitEvent.BranchPushed;
import dev.build0711.runner.port.GitEvent.CiFinished;
import dev.build0711.runner.port.GitEvent.CommentCreated;
import dev.build0711.runner.port.GitEvent.Ignored;
import dev.build0711.runner.port.GitEvent.PullRequestShown;
import dev.build0711.runner.port.GitEvent.RepositoryRenamed;
import dev.build0711.runner.port.GitEvent.ReviewSubmitted;
import dev.build0711.runner.port.GitEvent.Shown;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Repository;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What GitLab's payloads tell, after its pages "Webhook events" and "System hooks".
final class GitLabPayloads {

  private static final String BRANCHES = "refs/heads/";
  private static final Set<String> APPROVALS = Set.of("approved", "approval");
  private static final Set<String> DISAPPROVALS = Set.of("unapproved", "unapproval");

  private GitLabPayloads() {}

  /// What GitLab calls the kind of event: `object_kind`, which system hooks may leave out.
  static String kind(Payload body) {
    String kind = body.word("object_kind");
    String name = body.word("event_name");
    return kind != null ? kind : name == null ? "unknown" : name;
  }

  /// @param instance the host that `X-Gitlab-Instance` names
  static GitEvent event(String kind, Payload body, @Nullable String instance) {
    return switch (kind) {
      case "merge_request" -> mergeRequest(body);
      case "note" -> note(body);
      case "push" -> push(body);
      case "pipeline" -> pipeline(body);
      case "project_rename", "project_transfer" -> renamed(body, instance);
      default -> new Ignored("no event that concerns runs");
    };
  }

  private static GitEvent mergeRequest(Payload body) {
    Shown shown = GitLabFacts.shown(body.at("object_attributes"), body.at("project"));
    if (shown == null) {
      return new Ignored("shows no whole merge request");
    }
    String action = body.at("object_attributes").text("action");
    if (APPROVALS.contains(action)) {
      return review(shown, "approved");
    }
    return DISAPPROVALS.contains(action)
        ? review(shown, "unapproved")
        : new PullRequestShown(shown);
  }

  private static GitEvent review(Shown shown, String verdict) {
    var request = shown.pullRequest();
    return new ReviewSubmitted(
        request.repository(), request.number(), shown, verdict, request.url());
  }

  private static GitEvent note(Payload body) {
    Payload note = body.at("object_attributes");
    Shown shown = GitLabFacts.shown(body.at("merge_request"), body.at("project"));
    if (shown == null) {
      return new Ignored("comments on no merge request");
    }
    if (note.flag("system") || note.text("action").equals("update")) {
      return new PullRequestShown(shown);
    }
    var request = shown.pullRequest();
    return new CommentCreated(request.repository(), request.number(), shown, note.word("url"));
  }

  private static GitEvent push(Payload body) {
    Repository repository = GitLabFacts.repository(body.at("project"), body.number("project_id"));
    String ref = body.word("ref");
    String after = body.commit("after");
    return repository == null || ref == null || !ref.startsWith(BRANCHES) || after == null
        ? new Ignored("pushes no commits to a branch")
        : new BranchPushed(repository, ref.substring(BRANCHES.length()), after);
  }

  /// A fork's pipeline runs in the fork's project, for a request of another one.
  private static GitEvent pipeline(Payload body) {
    Payload pipeline = body.at("object_attributes");
    Payload request = body.at("merge_request");
    Repository repository =
        request.present()
            ? GitLabFacts.target(request, body.at("project"))
            : GitLabFacts.repository(body.at("project"), null);
    String sha = pipeline.commit("sha");
    String conclusion = conclusion(pipeline.text("status"));
    if (repository == null || sha == null || conclusion == null) {
      return new Ignored("a pipeline that has not ended");
    }
    Long source = request.present() ? request.number("source_project_id") : repository.id();
    boolean own = repository.id() != null && repository.id().equals(source);
    Long number = request.number("iid");
    return new CiFinished(
        repository,
        number == null ? List.of() : List.of(number),
        sha,
        own && !pipeline.flag("tag") ? pipeline.word("ref") : null,
        conclusion,
        pipeline.word("url"));
  }

  /// GitLab's word for how a pipeline ended in GitHub's words, null while it has not.
  private static @Nullable String conclusion(String status) {
    return switch (status) {
      case "success", "skipped" -> status;
      case "failed" -> "failure";
      case "canceled" -> "cancelled";
      default -> null;
    };
  }

  private static GitEvent renamed(Payload body, @Nullable String instance) {
    String path = body.word("path_with_namespace");
    String oldPath = body.word("old_path_with_namespace");
    return instance == null || path == null || oldPath == null
        ? new Ignored("does not say what was renamed")
        : new RepositoryRenamed(
            new Repository(GitProvider.GITLAB, instance, path, body.number("project_id")), oldPath);
  }
}
