package dev.build0711.runner.api;

import dev.build0711.runner.http.JsonBody;
import dev.build0711.runner.http.JsonWriter;
import dev.build0711.runner.port.RunStore.Numbered;
import dev.build0711.runner.run.Attempt;
import dev.build0711.runner.run.ChangedFile;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Progress;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunSpec;
import dev.build0711.runner.run.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A run with everything that is known of it.
///
/// @param events the newest ones, newest first
/// @param queuePosition 1 for the run that is next; null unless QUEUED
public record DetailView(Run run, List<Numbered> events, @Nullable Integer queuePosition)
    implements JsonBody {

  public DetailView {
    events = List.copyOf(events);
  }

  @Override
  public void writeTo(JsonWriter json) {
    Conversation conversation = run.agent().conversation();
    json.object(() -> {
      new ShortView(run.summary()).members(json);
      json.text("compiled_prompt", run.spec().compiledPrompt());
      options(json);
      progress(json);
      usage(json, run.work().usage());
      result(json);
      backend(json, conversation);
      json.text("conversation_id", conversation == null ? null : conversation.id());
      json.number("queue_position", queuePosition);
      json.array("attempts", run.attempts(), attempt -> attempt(json, attempt));
      json.array("events", events, numbered -> event(json, numbered));
      json.time("next_poll_at", run.schedule().nextPollAt());
      json.time("deadline_at", run.standing().deadlineAt());
    });
  }

  private void options(JsonWriter json) {
    RunSpec spec = run.spec();
    json.object(
        "options",
        () -> {
          json.word(
              "git_provider", spec.repository() == null ? null : spec.repository().provider());
          json.word("complete_on", spec.completeOn());
          json.number("timeout_seconds", spec.timeout().toSeconds());
          json.number("priority", spec.priority());
          json.number("max_iterations", spec.options().maxIterations());
          json.number("max_cost_usd", spec.options().maxCostUsd());
          json.text("model", spec.options().model());
          json.text("agent_profile", spec.options().agentProfile());
        });
  }

  private void progress(JsonWriter json) {
    Progress progress = run.work().progress();
    json.object(
        "progress",
        () -> {
          json.number("percent", progress.percent());
          json.word("phase", run.standing().phase());
          json.text("source", source(progress));
          json.number("done", progress.done());
          json.number("total", progress.total());
          json.array("tasks", progress.tasks(), task -> task(json, task));
          json.number("iterations", progress.iterations());
          json.number("max_iterations", progress.maxIterations());
          json.time("updated_at", progress.updatedAt());
        });
  }

  private static String source(Progress progress) {
    if (progress.total() > 0) {
      return "task_tracker";
    }
    return progress.percent() > 0 ? "phase" : "none";
  }

  private static void task(JsonWriter json, Progress.Task task) {
    json.object(() -> {
      json.text("title", task.title());
      json.word("status", task.status());
    });
  }

  private static void usage(JsonWriter json, Usage usage) {
    json.object(
        "usage",
        () -> {
          json.number("cost_usd", usage.costUsd());
          json.number("prompt_tokens", usage.promptTokens());
          json.number("completion_tokens", usage.completionTokens());
          json.number("cache_read_tokens", usage.cacheReadTokens());
          json.number("cache_write_tokens", usage.cacheWriteTokens());
          json.number("reasoning_tokens", usage.reasoningTokens());
        });
  }

  private void result(JsonWriter json) {
    json.object(
        "result",
        () -> {
          json.text("message", run.work().result().message());
          json.text("branch", run.work().result().branch());
          json.text("commit", run.work().result().commit());
          json.array("changes", run.work().result().changes(), file -> change(json, file));
        });
  }

  private static void change(JsonWriter json, ChangedFile file) {
    json.object(() -> {
      json.text("path", file.path());
      json.word("change", file.change());
    });
  }

  private static void backend(JsonWriter json, @Nullable Conversation conversation) {
    if (conversation == null) {
      json.nothing("backend");
      return;
    }
    json.object(
        "backend",
        () -> {
          json.text("name", conversation.backend());
          json.word("dialect", conversation.dialect());
          json.text("version", conversation.version());
        });
  }

  private static void attempt(JsonWriter json, Attempt attempt) {
    json.object(() -> {
      json.word("kind", attempt.kind());
      json.time("at", attempt.at());
      json.text("backend", attempt.backend());
      json.text("conversation_id", attempt.conversationId());
    });
  }

  private static void event(JsonWriter json, Numbered numbered) {
    json.object(() -> {
      json.number("seq", numbered.seq());
      json.word("type", numbered.event().type());
      json.time("at", numbered.event().at());
      json.data("data", numbered.event().data());
    });
  }
}
