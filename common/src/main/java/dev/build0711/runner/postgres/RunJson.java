package dev.build0711.runner.postgres;

import dev.build0711.runner.port.RunStore.Accepted;
import dev.build0711.runner.run.Agent;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.Attempt;
import dev.build0711.runner.run.ChangedFile;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.LinkedPullRequest;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Progress;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Result;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The JSON documents inside the rows.
final class RunJson {

  private final Json json = new Json();

  /// The part of [Agent] that no query looks at.
  record Memory(
      @Nullable String cursor,
      Agent.@Nullable Suspicion suspicion,
      Agent.@Nullable Silence silence,
      @Nullable Instant unclearSince,
      int resumes,
      int failedStarts,
      int told,
      int userMessages,
      boolean collected) {

    static Memory of(Agent agent) {
      return new Memory(
          agent.cursor(),
          agent.suspicion(),
          agent.silence(),
          agent.unclearSince(),
          agent.resumes(),
          agent.failedStarts(),
          agent.told(),
          agent.userMessages(),
          agent.collected());
    }
  }

  @Nullable String write(@Nullable Repository repository) {
    return repository == null
        ? null
        : write(
            new Members()
                .with("provider", repository.provider())
                .with("host", repository.host())
                .with("path", repository.path())
                .with("id", repository.id()));
  }

  @Nullable Repository repository(@Nullable String text) {
    if (text == null) {
      return null;
    }
    Document it = document(text);
    return new Repository(
        it.word("provider", GitProvider.class),
        it.text("host"),
        it.text("path"),
        it.numberOrNull("id"));
  }

  String write(AgentOptions options) {
    return write(
        new Members()
            .with("max_iterations", options.maxIterations())
            .with("max_cost_usd", options.maxCostUsd())
            .with("model", options.model())
            .with("agent_profile", options.agentProfile()));
  }

  AgentOptions options(String text) {
    Document it = document(text);
    return new AgentOptions(
        it.integerOrNull("max_iterations"),
        it.decimalOrNull("max_cost_usd"),
        it.textOrNull("model"),
        it.textOrNull("agent_profile"));
  }

  /// Without the percent, which has a column.
  String write(Progress progress) {
    return write(
        new Members()
            .with("tasks", progress.tasks().stream().map(RunJson::task).toList())
            .with("iterations", progress.iterations())
            .with("max_iterations", progress.maxIterations())
            .with("updated_at", progress.updatedAt()));
  }

  private static Map<String, Object> task(Progress.Task task) {
    return new Members().with("title", task.title()).with("status", task.status()).all();
  }

  Progress progress(int percent, String text) {
    Document it = document(text);
    return new Progress(
        percent,
        it.list("tasks", RunJson::task),
        it.integer("iterations"),
        it.integerOrNull("max_iterations"),
        it.timeOrNull("updated_at"));
  }

  private static Progress.Task task(Document it) {
    return new Progress.Task(it.text("title"), it.word("status", Progress.TaskStatus.class));
  }

  String write(Usage usage) {
    return write(
        new Members()
            .with("cost_usd", usage.costUsd())
            .with("prompt_tokens", usage.promptTokens())
            .with("completion_tokens", usage.completionTokens())
            .with("cache_read_tokens", usage.cacheReadTokens())
            .with("cache_write_tokens", usage.cacheWriteTokens())
            .with("reasoning_tokens", usage.reasoningTokens()));
  }

  Usage usage(String text) {
    Document it = document(text);
    return new Usage(
        it.decimal("cost_usd"),
        it.number("prompt_tokens"),
        it.number("completion_tokens"),
        it.number("cache_read_tokens"),
        it.number("cache_write_tokens"),
        it.number("reasoning_tokens"));
  }

  String write(Result result) {
    return write(
        new Members()
            .with("message", result.message())
            .with("branch", result.branch())
            .with("commit", result.commit())
            .with("changes", result.changes().stream().map(RunJson::changedFile).toList()));
  }

  private static Map<String, Object> changedFile(ChangedFile file) {
    return new Members().with("path", file.path()).with("change", file.change()).all();
  }

  Result result(String text) {
    Document it = document(text);
    return new Result(
        it.textOrNull("message"),
        it.textOrNull("branch"),
        it.textOrNull("commit"),
        it.list("changes", RunJson::changedFile));
  }

  private static ChangedFile changedFile(Document it) {
    return new ChangedFile(it.text("path"), it.word("change", ChangedFile.Change.class));
  }

  /// A row of `run_message`; null where there is none.
  @Nullable Message message(@Nullable String text) {
    if (text == null) {
      return null;
    }
    return message(document(text));
  }

  /// A row of `run_message` with what was not told the agent; null where there is none.
  @Nullable Accepted accepted(@Nullable String text) {
    if (text == null) {
      return null;
    }
    Document it = document(text);
    return new Accepted(message(it), it.textOrNull("request_sha256"), it.time("created_at"));
  }

  private static Message message(Document it) {
    return new Message(
        it.integer("seq"),
        it.textOrNull("text"),
        it.flagOrNull("accept"),
        it.integer("earlier"),
        it.number("asked_epoch"),
        it.word("state", Message.State.class),
        it.timeOrNull("tried_at"));
  }

  String write(Memory memory) {
    return write(
        new Members()
            .with("cursor", memory.cursor())
            .with("suspicion", memory.suspicion() == null ? null : suspicion(memory.suspicion()))
            .with("silence", memory.silence() == null ? null : silence(memory.silence()))
            .with("unclear_since", memory.unclearSince())
            .with("resumes", memory.resumes())
            .with("failed_starts", memory.failedStarts())
            .with("told", memory.told())
            .with("user_messages", memory.userMessages())
            .with("collected", memory.collected()));
  }

  private static Map<String, Object> suspicion(Agent.Suspicion it) {
    return new Members().with("reason", it.reason()).with("since", it.since()).all();
  }

  private static Map<String, Object> silence(Agent.Silence it) {
    return new Members()
        .with("reason", it.reason())
        .with("since", it.since())
        .with("looks", it.looks())
        .all();
  }

  Memory memory(String text) {
    Document it = document(text);
    return new Memory(
        it.textOrNull("cursor"),
        it.object("suspicion", RunJson::suspicion),
        it.object("silence", RunJson::silence),
        it.timeOrNull("unclear_since"),
        it.integer("resumes"),
        it.integer("failed_starts"),
        it.integer("told"),
        it.integer("user_messages"),
        it.flag("collected"));
  }

  private static Agent.Suspicion suspicion(Document it) {
    return new Agent.Suspicion(it.word("reason", Reason.class), it.time("since"));
  }

  private static Agent.Silence silence(Document it) {
    return new Agent.Silence(
        it.word("reason", Reason.class), it.time("since"), it.integer("looks"));
  }

  String writeAttempts(List<Attempt> attempts) {
    return json.write(attempts.stream().map(RunJson::attempt).toList());
  }

  private static Map<String, Object> attempt(Attempt it) {
    return new Members()
        .with("kind", it.kind())
        .with("at", it.at())
        .with("backend", it.backend())
        .with("conversation_id", it.conversationId())
        .all();
  }

  List<Attempt> attempts(String text) {
    return Document.list(json.read(text), RunJson::attempt);
  }

  private static Attempt attempt(Document it) {
    return new Attempt(
        it.word("kind", Attempt.Kind.class),
        it.time("at"),
        it.text("backend"),
        it.textOrNull("conversation_id"));
  }

  /// Those of `after` that differ from `before`, as rows of `pull_request`.
  String writePullRequests(List<LinkedPullRequest> before, List<LinkedPullRequest> after) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < after.size(); i++) {
      if (i >= before.size() || !after.get(i).equals(before.get(i))) {
        rows.add(PullRequestJson.write(i, after.get(i)));
      }
    }
    return json.write(rows);
  }

  List<LinkedPullRequest> pullRequests(@Nullable String text) {
    return text == null ? List.of() : Document.list(json.read(text), PullRequestJson::read);
  }

  /// Rows of `run_event`, numbered on from `count`.
  String writeEvents(int count, List<RunEvent> events) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (RunEvent event : events) {
      rows.add(
          new Members()
              .with("seq", count + rows.size() + 1)
              .with("type", event.type())
              .with("at", event.at())
              .with("data", event.data())
              .all());
    }
    return json.write(rows);
  }

  String write(Map<String, Object> data) {
    return json.write(data);
  }

  @SuppressWarnings("NullAway") // a value of JSON may be null, which Map.get does not say
  Map<String, Object> data(String text) {
    return document(text).members();
  }

  private String write(Members members) {
    return json.write(members.all());
  }

  private Document document(String text) {
    return Document.of(json.read(text));
  }
}
