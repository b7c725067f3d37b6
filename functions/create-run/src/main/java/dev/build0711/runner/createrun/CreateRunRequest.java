package dev.build0711.runner.createrun;

import dev.build0711.runner.api.GitHosts;
import dev.build0711.runner.api.ProjectId;
import dev.build0711.runner.http.JsonFields;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.RunSpec;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The body of `POST /runs`, field by field.
record CreateRunRequest(GitHosts hosts) {

  private static final String FILLED = "must not be blank";
  private static final int MAX_PROMPT = 200_000;
  private static final int MAX_TITLE = 200;
  private static final int MAX_NAME = 200;
  private static final int MAX_KEYS = 50;
  private static final int MAX_METADATA = 16 * 1024;
  private static final int MIN_TIMEOUT = 60;
  private static final int MAX_TIMEOUT = 2_592_000;
  private static final int MAX_ITERATIONS = 100_000;
  private static final int MAX_PRIORITY = 100;
  private static final BigDecimal MIN_COST = new BigDecimal("0.01");
  private static final BigDecimal MAX_COST = new BigDecimal("1000000");

  /// What is asked for; of use only once the fields were finished without a mistake.
  RunSpec read(JsonFields fields) {
    Repository repository = repository(fields);
    CompleteOn completeOn = completeOn(fields);
    String metadata = fields.object("metadata", MAX_KEYS, MAX_METADATA);
    Integer timeout = fields.integer("timeout_seconds", MIN_TIMEOUT, MAX_TIMEOUT);
    Integer priority = fields.integer("priority", -MAX_PRIORITY, MAX_PRIORITY);
    fields.unsupported("callback_url");
    return new RunSpec(
        fields.requiredText("project_id", ProjectId.MAX_LENGTH, ProjectId::isValid, ProjectId.RULE),
        fields.requiredText("compiled_prompt", MAX_PROMPT, CreateRunRequest::isFilled, FILLED),
        repository,
        branch(fields, metadata),
        metadata,
        fields.text("title", MAX_TITLE),
        completeOn,
        timeout == null ? RunSpec.DEFAULT_TIMEOUT : Duration.ofSeconds(timeout),
        priority == null ? 0 : priority,
        new AgentOptions(
            fields.integer("max_iterations", 1, MAX_ITERATIONS),
            fields.decimal("max_cost_usd", MIN_COST, MAX_COST),
            name(fields, "model"),
            name(fields, "agent_profile")));
  }

  private @Nullable Repository repository(JsonFields fields) {
    GitProvider provider = fields.word("git_provider", GitProvider.class);
    String text = fields.text("repository", Integer.MAX_VALUE);
    if (text == null) {
      return null;
    }
    return switch (hosts.read(text, provider)) {
      case GitHosts.Reading.Read(Repository repository) -> repository;
      case GitHosts.Reading.Refused(String why) -> {
        fields.refuse("repository", why);
        yield null;
      }
    };
  }

  private static CompleteOn completeOn(JsonFields fields) {
    CompleteOn given =
        Objects.requireNonNullElse(fields.word("complete_on", CompleteOn.class), CompleteOn.EITHER);
    boolean needsRepository = given == CompleteOn.PULL_REQUEST || given == CompleteOn.MERGE;
    if (needsRepository && !fields.has("repository")) {
      fields.refuse("complete_on", "needs a repository for the pull request");
    }
    return given;
  }

  private static @Nullable String branch(JsonFields fields, @Nullable String metadata) {
    if (fields.has("branch") || metadata == null) {
      return branch(fields);
    }
    JsonFields inside = fields.inside("metadata", metadata);
    return inside.isText("branch") ? branch(inside) : null;
  }

  private static @Nullable String branch(JsonFields fields) {
    return fields.text(
        "branch",
        BranchName.MAX_LENGTH,
        BranchName::isValid,
        "must be a name that git allows for a branch");
  }

  private static @Nullable String name(JsonFields fields, String field) {
    return fields.text(field, MAX_NAME, CreateRunRequest::isFilled, FILLED);
  }

  private static boolean isFilled(String text) {
    return !text.isBlank();
  }
}
