package dev.build0711.runner.testing;

import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.ConversationStarted;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Place;
import dev.build0711.runner.run.Progress;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunLifecycle;
import dev.build0711.runner.run.RunSpec;
import dev.build0711.runner.run.Transition;
import dev.build0711.runner.run.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Runs as tests need them, made by the evidence that makes them in life.
public final class Runs {

  public static final Instant T0 = Instant.parse("2026-03-02T10:00:00Z");
  public static final RunId ID = RunId.parse("run_01jxt21q00f9k8z8zhwrb15266");
  public static final Conversation CONVERSATION =
      new Conversation("main", Dialect.AGENT_SERVER, "1.58.0", "b8d7ffd04b7e7c798c5518f83057f265");
  public static final Repository WIDGETS =
      new Repository(GitProvider.GITHUB, "github.com", "acme/widgets", 900_000_001L);

  private Runs() {}

  public static RunSpec spec(CompleteOn completeOn) {
    return new RunSpec(
        "shop",
        "Make the checkout faster",
        WIDGETS,
        "main",
        "{\"branch\":\"main\"}",
        "Checkout",
        completeOn,
        Duration.ofHours(6),
        0,
        AgentOptions.NONE);
  }

  public static Run queued(CompleteOn completeOn) {
    return Run.accepted(ID, spec(completeOn), T0);
  }

  /// A run without a repository, made at a time of its own.
  public static Run accepted(String project, int priority, Instant at) {
    RunSpec spec = spec(CompleteOn.EITHER);
    RunSpec bare =
        new RunSpec(
            project,
            spec.compiledPrompt(),
            null,
            null,
            null,
            spec.title(),
            spec.completeOn(),
            spec.timeout(),
            priority,
            spec.options());
    return Run.accepted(RunId.create(at, new Random()), bare, at);
  }

  /// A run that holds a place, of which its backend knows nothing yet.
  public static Run admitted(CompleteOn completeOn) {
    return queued(completeOn).with(new Place("main", 0));
  }

  /// A run whose agent works since [#T0] plus two seconds.
  public static Run working(CompleteOn completeOn) {
    Run started = after(admitted(completeOn), started(), T0.plusSeconds(1));
    return after(started, seen(new AgentStatus.Working()), T0.plusSeconds(2));
  }

  /// The same run under another id, which the number decides.
  public static Run other(Run run, int number) {
    return named(run, RunId.create(T0, new Random(number)));
  }

  /// The same run under another id.
  public static Run named(Run run, RunId id) {
    return copy(run, id, run.repository());
  }

  /// The same run in another repository, null for none.
  public static Run in(Run run, @Nullable Repository repository) {
    return copy(run, run.id(), repository);
  }

  /// The same run with other wishes for its agent.
  public static Run with(Run run, AgentOptions options) {
    RunSpec old = run.spec();
    RunSpec wished =
        new RunSpec(
            old.projectId(),
            old.compiledPrompt(),
            old.repository(),
            old.branch(),
            old.metadata(),
            old.title(),
            old.completeOn(),
            old.timeout(),
            old.priority(),
            options);
    return copy(run, run.id(), wished, run.repository());
  }

  private static Run copy(Run run, RunId id, @Nullable Repository repository) {
    return copy(run, id, run.spec(), repository);
  }

  private static Run copy(Run run, RunId id, RunSpec spec, @Nullable Repository repository) {
    return new Run(
        id,
        spec,
        repository,
        run.standing(),
        run.work(),
        run.agent(),
        run.attempts(),
        run.message(),
        run.pullRequests(),
        run.schedule(),
        run.version(),
        run.eventCount(),
        run.createdAt(),
        run.updatedAt());
  }

  /// A new run that asks for `repository`.
  public static Run accepted(RunId id, Repository repository) {
    RunSpec spec = spec(CompleteOn.PULL_REQUEST);
    RunSpec wanted =
        new RunSpec(
            spec.projectId(),
            spec.compiledPrompt(),
            repository,
            spec.branch(),
            spec.metadata(),
            spec.title(),
            spec.completeOn(),
            spec.timeout(),
            0,
            spec.options());
    return Run.accepted(id, wanted, T0);
  }

  /// The same run, changed at `now`.
  public static Run updated(Run run, Instant now) {
    return new Run(
        run.id(),
        run.spec(),
        run.repository(),
        run.standing(),
        run.work(),
        run.agent(),
        run.attempts(),
        run.message(),
        run.pullRequests(),
        run.schedule(),
        run.version(),
        run.eventCount(),
        run.createdAt(),
        now);
  }

  public static Evidence started() {
    return new ConversationStarted(CONVERSATION, "cursor-0");
  }

  public static Evidence seen(AgentStatus status) {
    return new AgentSeen(look(status, null));
  }

  public static AgentLook look(AgentStatus status, @Nullable List<Progress.Task> tasks) {
    return new AgentLook(
        status,
        true,
        tasks,
        3,
        500,
        new Usage(new BigDecimal("0.25"), 1200, 340, 0, 0, 0),
        null,
        List.of(),
        1,
        null,
        "cursor-1");
  }

  public static PullRequest pullRequest(long number, PullRequest.State state, Instant updatedAt) {
    return new PullRequest(
        WIDGETS,
        number,
        "https://github.com/acme/widgets/pull/" + number,
        state,
        false,
        "openhands/" + ID,
        "ada6dec36d2fa2530444998f1ae421fcb8cacffc",
        WIDGETS.id(),
        null,
        T0.plusSeconds(30),
        updatedAt);
  }

  /// `run` after the evidence, which must not be refused.
  public static Run after(Run run, Evidence evidence, Instant now) {
    return switch (RunLifecycle.next(run, evidence, now)) {
      case Transition.Moved(Run next, _) -> next;
      case Transition.Unchanged _ -> run;
      case Transition.Refused(String why) -> throw new AssertionError("refused: " + why);
    };
  }
}
