package dev.build0711.runner.api;

import dev.build0711.runner.http.JsonBody;
import dev.build0711.runner.http.JsonWriter;
import dev.build0711.runner.run.LinkedPullRequest;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.RunSummary;
import dev.build0711.runner.run.Standing;
import dev.build0711.runner.run.StatusReason;
import org.jspecify.annotations.Nullable;

/// A run as lists show it.
public record ShortView(RunSummary run) implements JsonBody {

  @Override
  public void writeTo(JsonWriter json) {
    json.object(() -> members(json));
  }

  void members(JsonWriter json) {
    Standing standing = run.standing();
    json.text("run_id", run.id().toString());
    json.text("project_id", run.projectId());
    json.word("status", standing.status());
    json.number("percent", run.percent());
    json.word("phase", standing.phase());
    reason(json, standing.reason());
    json.text("title", run.title());
    json.text("repository", run.repository());
    json.text("branch", run.branch());
    json.raw("metadata", run.metadata());
    json.array("pull_requests", run.pullRequests(), linked -> pullRequest(json, linked));
    json.number("attempt", Math.max(1, run.attempts()));
    json.number("revision", standing.revision());
    json.nothing("retry_of");
    json.nothing("retried_by");
    json.time("created_at", run.createdAt());
    json.time("updated_at", run.updatedAt());
    json.time("started_at", standing.startedAt());
    json.time("finished_at", standing.finishedAt());
  }

  private static void reason(JsonWriter json, @Nullable StatusReason reason) {
    if (reason == null) {
      json.nothing("status_reason");
      return;
    }
    json.object(
        "status_reason",
        () -> {
          json.word("code", reason.code());
          json.text("message", reason.code().message());
          json.flag("retryable", reason.code().retryable());
          json.time("since", reason.since());
        });
  }

  private static void pullRequest(JsonWriter json, LinkedPullRequest linked) {
    PullRequest pullRequest = linked.pullRequest();
    json.object(() -> {
      json.word("provider", pullRequest.repository().provider());
      json.text("repository", pullRequest.repository().path());
      json.number("number", pullRequest.number());
      json.text("url", pullRequest.url());
      json.word("state", pullRequest.state());
      json.flag("draft", pullRequest.draft());
      json.word("rule", linked.rule());
    });
  }
}
