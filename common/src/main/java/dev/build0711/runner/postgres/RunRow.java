package dev.build0711.runner.postgres;

import dev.build0711.runner.run.Agent;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Phase;
import dev.build0711.runner.run.Place;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunSpec;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.RunSummary;
import dev.build0711.runner.run.Schedule;
import dev.build0711.runner.run.Standing;
import dev.build0711.runner.run.StatusReason;
import dev.build0711.runner.run.Work;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Row of `run` ↔ [Run] and [RunSummary].
final class RunRow {

  private final RunJson json;

  RunRow(RunJson json) {
    this.json = json;
  }

  /// Reads every column of `run`, and `pull_requests`, an array of the rows of `pull_request`.
  Run read(Row row) throws SQLException {
    return new Run(
        new RunId(row.uuid("id")),
        spec(row),
        repository(row),
        standing(row),
        new Work(
            json.progress(row.integer("percent"), row.text("progress")),
            json.usage(row.text("usage")),
            json.result(row.text("result"))),
        agent(row),
        json.attempts(row.text("attempts")),
        json.message(row.textOrNull("message")),
        json.pullRequests(row.textOrNull("pull_requests")),
        new Schedule(
            row.timeOrNull("next_poll_at"),
            row.number("wake_no"),
            row.number("poll_epoch"),
            row.timeOrNull("looked_up_at")),
        row.number("version"),
        row.integer("event_count"),
        row.time("created_at"),
        row.time("updated_at"));
  }

  /// Reads the columns of [RunSql#SUMMARY].
  RunSummary summary(Row row) throws SQLException {
    return new RunSummary(
        new RunId(row.uuid("id")),
        row.text("project_id"),
        row.textOrNull("title"),
        row.textOrNull("repository"),
        row.textOrNull("branch"),
        row.textOrNull("metadata"),
        standing(row),
        row.integer("percent"),
        json.pullRequests(row.textOrNull("pull_requests")),
        row.integer("attempts"),
        row.time("created_at"),
        row.time("updated_at"));
  }

  private RunSpec spec(Row row) throws SQLException {
    return new RunSpec(
        row.text("project_id"),
        row.text("compiled_prompt"),
        json.repository(row.textOrNull("asked_repository")),
        row.textOrNull("branch"),
        row.textOrNull("metadata"),
        row.textOrNull("title"),
        Vocabulary.of(CompleteOn.class, row.text("complete_on")),
        Duration.ofSeconds(row.integer("timeout_seconds")),
        row.integer("priority"),
        json.options(row.text("options")));
  }

  /// Reads the four columns that name a repository.
  static @Nullable Repository repository(Row row) throws SQLException {
    String path = row.textOrNull("repository");
    return path == null
        ? null
        : new Repository(
            Vocabulary.of(GitProvider.class, row.text("git_provider")),
            row.text("git_host"),
            path,
            row.numberOrNull("repository_id"));
  }

  private static Standing standing(Row row) throws SQLException {
    String reason = row.textOrNull("reason_code");
    String phase = row.textOrNull("phase");
    return new Standing(
        Vocabulary.of(RunStatus.class, row.text("status")),
        reason == null
            ? null
            : new StatusReason(Vocabulary.of(Reason.class, reason), row.time("reason_since")),
        phase == null ? null : Vocabulary.of(Phase.class, phase),
        row.integer("revision"),
        row.timeOrNull("started_at"),
        row.timeOrNull("finished_at"),
        row.time("deadline_at"));
  }

  private Agent agent(Row row) throws SQLException {
    RunJson.Memory memory = json.memory(row.text("agent_memory"));
    return new Agent(
        Vocabulary.of(Agent.State.class, row.text("agent_state")),
        conversation(row),
        memory.cursor(),
        row.time("agent_since"),
        row.time("agent_sign_of_life_at"),
        memory.suspicion(),
        memory.silence(),
        memory.unclearSince(),
        memory.resumes(),
        memory.failedStarts(),
        memory.told(),
        memory.userMessages(),
        row.texts("mentioned_urls"),
        place(row),
        memory.collected());
  }

  private static @Nullable Place place(Row row) throws SQLException {
    String backend = row.textOrNull("place");
    return backend == null ? null : new Place(backend, row.number("place_epoch"));
  }

  private static @Nullable Conversation conversation(Row row) throws SQLException {
    String id = row.textOrNull("conversation_id");
    return id == null
        ? null
        : new Conversation(
            row.text("backend"),
            Vocabulary.of(Dialect.class, row.text("backend_dialect")),
            row.textOrNull("backend_version"),
            id);
  }

  /// Binds what was asked for, in the order of the columns: `id` to `options`.
  void bindSpec(Parameters to, Run run) throws SQLException {
    RunSpec spec = run.spec();
    to.uuid(run.id().value())
        .text(spec.projectId())
        .text(spec.compiledPrompt())
        .text(json.write(spec.repository()))
        .text(spec.branch())
        .text(spec.metadata())
        .text(spec.title())
        .text(spec.completeOn())
        .number(Math.toIntExact(spec.timeout().toSeconds()))
        .number(spec.priority())
        .text(json.write(spec.options()));
  }

  /// Binds `git_provider`, `git_host`, `repository`, `repository_id`.
  static void bindRepository(Parameters to, @Nullable Repository repository) throws SQLException {
    to.text(repository == null ? null : repository.provider())
        .text(repository == null ? null : repository.host())
        .text(repository == null ? null : repository.path())
        .number(repository == null ? null : repository.id());
  }

  /// Binds all of [ChangeSql#APPLY].
  void bindChange(Parameters to, dev.build0711.runner.port.RunStore.Change change, boolean look)
      throws SQLException {
    bindState(to, change.after());
    to.flag(look).uuid(change.before().id().value()).number(change.before().version());
    bindAdditions(to, change);
  }

  /// Binds what a change may have changed, in the order of the columns: the repository, `status` to
  /// `attempts`, `event_count`, `updated_at`.
  void bindState(Parameters to, Run run) throws SQLException {
    bindRepository(to, run.repository());
    bindStanding(to, run.standing());
    bindWork(to, run.work());
    bindAgent(to, run.agent());
    to.text(json.writeAttempts(run.attempts())).number(run.eventCount()).time(run.updatedAt());
  }

  private static void bindStanding(Parameters to, Standing standing) throws SQLException {
    StatusReason reason = standing.reason();
    to.text(standing.status())
        .text(reason == null ? null : reason.code())
        .time(reason == null ? null : reason.since())
        .text(standing.phase())
        .number(standing.revision())
        .time(standing.startedAt())
        .time(standing.finishedAt())
        .time(standing.deadlineAt());
  }

  void bindWork(Parameters to, Work work) throws SQLException {
    to.number(work.progress().percent())
        .text(json.write(work.progress()))
        .text(json.write(work.usage()))
        .text(json.write(work.result()));
  }

  private void bindAgent(Parameters to, Agent agent) throws SQLException {
    Conversation conversation = agent.conversation();
    Place place = agent.place();
    to.text(agent.state())
        .time(agent.since())
        .time(agent.signOfLifeAt())
        .text(conversation == null ? null : conversation.backend())
        .text(conversation == null ? null : conversation.dialect())
        .text(conversation == null ? null : conversation.version())
        .text(conversation == null ? null : conversation.id())
        .text(json.write(RunJson.Memory.of(agent)))
        .texts(agent.mentioned())
        .text(place == null ? null : place.backend())
        .number(place == null ? null : place.epoch());
  }

  /// Binds the rows of `run_event` and `pull_request` that a change adds or replaces, and what
  /// becomes of its messages.
  void bindAdditions(Parameters to, dev.build0711.runner.port.RunStore.Change change)
      throws SQLException {
    to.text(json.writeEvents(change.before().eventCount(), change.events()))
        .text(
            json.writePullRequests(change.before().pullRequests(), change.after().pullRequests()));
    Message message = change.after().message();
    if (message == null || message.equals(change.before().message())) {
      to.number((Long) null).text(null).time(null);
    } else {
      to.number(message.seq()).text(message.state()).time(message.triedAt());
    }
    to.flag(change.after().status().terminal());
  }

  /// The earliest time first; a run without one comes last.
  static int byNextPoll(Run left, Run right) {
    Instant a = Objects.requireNonNullElse(left.schedule().nextPollAt(), Instant.MAX);
    Instant b = Objects.requireNonNullElse(right.schedule().nextPollAt(), Instant.MAX);
    return a.compareTo(b);
  }
}
