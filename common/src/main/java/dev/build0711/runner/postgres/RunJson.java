package dev.build0711.runner.postgres;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.build0711.runner.run.Agent;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.Attempt;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.LinkedPullRequest;
import dev.build0711.runner.run.Progress;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Result;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// The JSON documents inside the rows. Unknown members are passed over, so that a release reads
/// what a newer one wrote.
final class RunJson {

  private static final TypeReference<List<Attempt>> ATTEMPTS = new TypeReference<>() {};
  private static final TypeReference<List<PullRequestRow>> PULL_REQUESTS = new TypeReference<>() {};
  private static final TypeReference<Map<String, Object>> DATA = new TypeReference<>() {};

  private final ObjectMapper mapper =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .changeDefaultPropertyInclusion(
              include -> include.withValueInclusion(JsonInclude.Include.NON_NULL))
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /// The part of [Agent] that no query looks at.
  record Memory(
      @Nullable String cursor,
      Agent.@Nullable Suspicion suspicion,
      Agent.@Nullable Silence silence,
      @Nullable Instant unclearSince,
      int resumes,
      int userMessages) {

    static Memory of(Agent agent) {
      return new Memory(
          agent.cursor(),
          agent.suspicion(),
          agent.silence(),
          agent.unclearSince(),
          agent.resumes(),
          agent.userMessages());
    }
  }

  /// [Progress] without its percent, which has a column.
  private record Plan(
      List<Progress.Task> tasks,
      int iterations,
      @Nullable Integer maxIterations,
      @Nullable Instant updatedAt) {}

  /// A row of `pull_request`, with the names of its columns.
  private record PullRequestRow(
      int position,
      GitProvider gitProvider,
      String gitHost,
      String repository,
      @Nullable Long repositoryId,
      long number,
      String url,
      PullRequest.State state,
      boolean draft,
      String headBranch,
      String headSha,
      @Nullable Long headRepositoryId,
      @Nullable String mergeCommitSha,
      Instant createdAt,
      Instant updatedAt,
      LinkRule rule,
      Instant linkedAt) {

    static PullRequestRow of(int position, LinkedPullRequest link) {
      PullRequest it = link.pullRequest();
      return new PullRequestRow(
          position,
          it.repository().provider(),
          it.repository().host(),
          it.repository().path(),
          it.repository().id(),
          it.number(),
          it.url(),
          it.state(),
          it.draft(),
          it.headBranch(),
          it.headSha(),
          it.headRepositoryId(),
          it.mergeCommitSha(),
          it.createdAt(),
          it.updatedAt(),
          link.rule(),
          link.linkedAt());
    }

    LinkedPullRequest toLink() {
      PullRequest it =
          new PullRequest(
              new Repository(gitProvider, gitHost, repository, repositoryId),
              number,
              url,
              state,
              draft,
              headBranch,
              headSha,
              headRepositoryId,
              mergeCommitSha,
              createdAt,
              updatedAt);
      return new LinkedPullRequest(it, rule, linkedAt);
    }
  }

  private record EventRow(int seq, String type, Instant at, Map<String, Object> data) {}

  @Nullable String write(@Nullable Repository repository) {
    return repository == null ? null : mapper.writeValueAsString(repository);
  }

  @Nullable Repository repository(@Nullable String json) {
    return json == null ? null : mapper.readValue(json, Repository.class);
  }

  String write(AgentOptions options) {
    return mapper.writeValueAsString(options);
  }

  AgentOptions options(String json) {
    return mapper.readValue(json, AgentOptions.class);
  }

  String write(Progress progress) {
    return mapper.writeValueAsString(
        new Plan(
            progress.tasks(),
            progress.iterations(),
            progress.maxIterations(),
            progress.updatedAt()));
  }

  Progress progress(int percent, String json) {
    Plan plan = mapper.readValue(json, Plan.class);
    return new Progress(
        percent, plan.tasks(), plan.iterations(), plan.maxIterations(), plan.updatedAt());
  }

  String write(Usage usage) {
    return mapper.writeValueAsString(usage);
  }

  Usage usage(String json) {
    return mapper.readValue(json, Usage.class);
  }

  String write(Result result) {
    return mapper.writeValueAsString(result);
  }

  Result result(String json) {
    return mapper.readValue(json, Result.class);
  }

  String write(Memory memory) {
    return mapper.writeValueAsString(memory);
  }

  Memory memory(String json) {
    return mapper.readValue(json, Memory.class);
  }

  String writeAttempts(List<Attempt> attempts) {
    return mapper.writeValueAsString(attempts);
  }

  List<Attempt> attempts(String json) {
    return mapper.readValue(json, ATTEMPTS);
  }

  /// Those of `after` that differ from `before`, as rows of `pull_request`.
  String writePullRequests(List<LinkedPullRequest> before, List<LinkedPullRequest> after) {
    List<PullRequestRow> rows = new ArrayList<>();
    for (int i = 0; i < after.size(); i++) {
      if (i >= before.size() || !after.get(i).equals(before.get(i))) {
        rows.add(PullRequestRow.of(i, after.get(i)));
      }
    }
    return mapper.writeValueAsString(rows);
  }

  List<LinkedPullRequest> pullRequests(@Nullable String json) {
    return json == null
        ? List.of()
        : mapper.readValue(json, PULL_REQUESTS).stream().map(PullRequestRow::toLink).toList();
  }

  /// Rows of `run_event`, numbered on from `count`.
  String writeEvents(int count, List<RunEvent> events) {
    List<EventRow> rows = new ArrayList<>();
    for (RunEvent event : events) {
      rows.add(
          new EventRow(count + rows.size() + 1, event.type().toString(), event.at(), event.data()));
    }
    return mapper.writeValueAsString(rows);
  }

  String write(Map<String, Object> data) {
    return mapper.writeValueAsString(data);
  }

  Map<String, Object> data(String json) {
    return mapper.readValue(json, DATA);
  }
}
