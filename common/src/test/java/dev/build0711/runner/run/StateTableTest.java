package dev.build0711.runner.run;

import static dev.build0711.runner.testing.Runs.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.testing.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The table of every status and every kind of evidence, made by asking [RunLifecycle], against the
/// one in the docs.
class StateTableTest {

  private static final String BEGIN = "<!-- state table -->\n";
  private static final String END = "<!-- end of state table -->";
  private static final Message MESSAGE =
      new Message(1, "Paint it green", null, 0, 1, Message.State.WANTED, null);
  private static final Instant LATER = T0.plus(Duration.ofMinutes(30));

  @Test
  void everyStatusHasARowAndEveryKindOfEvidenceAColumnInTheArchitecturePage() throws IOException {
    String page = Files.readString(Path.of("../docs/architecture.md"));

    String documented = page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END));

    assertThat(documented).as("the table that the code makes:\n%s", table()).isEqualTo(table());
  }

  @Test
  void everyKindOfEvidenceHasASample() {
    Set<Class<?>> kinds = new java.util.HashSet<>();
    kinds(Evidence.class, kinds);

    assertThat(samples().keySet()).containsExactlyInAnyOrderElementsOf(kinds);
  }

  @Test
  void everyStatusHasASample() {
    assertThat(runs().stream().map(Run::status).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(RunStatus.values());
  }

  @Test
  void aCancelledOrCompletedRunStays() {
    for (Run run : runs()) {
      if (run.status() == RunStatus.CANCELLED || run.status() == RunStatus.COMPLETED) {
        assertThat(samples().values().stream().flatMap(List::stream))
            .allSatisfy(evidence -> assertThat(statusAfter(run, evidence)).isEqualTo(run.status()));
      }
    }
  }

  @Test
  void aTerminalRunOnlyEverMovesToCompleted() {
    for (Run run : runs()) {
      if (run.status().terminal()) {
        assertThat(samples().values().stream().flatMap(List::stream))
            .allSatisfy(evidence ->
                assertThat(statusAfter(run, evidence)).isIn(run.status(), RunStatus.COMPLETED));
      }
    }
  }

  /// The moves that callers were promised, and no other.
  @Test
  void everyMoveIsOneThatTheContractHas() {
    for (Run run : runs()) {
      for (Evidence evidence : samples().values().stream().flatMap(List::stream).toList()) {
        RunStatus reached = statusAfter(run, evidence);
        if (reached != run.status()) {
          assertThat(allowed(run.status()))
              .as("%s after %s", run.status(), evidence)
              .contains(reached);
        }
      }
    }
  }

  private static Set<RunStatus> allowed(RunStatus from) {
    return switch (from) {
      case QUEUED ->
          EnumSet.of(
              RunStatus.RUNNING,
              RunStatus.CANCELLED,
              RunStatus.CANCELLING,
              RunStatus.FAILED,
              RunStatus.TIMED_OUT,
              RunStatus.COMPLETED);
      case RUNNING ->
          EnumSet.of(
              RunStatus.AWAITING_INPUT,
              RunStatus.COMPLETED,
              RunStatus.FAILED,
              RunStatus.CANCELLING,
              RunStatus.TIMED_OUT);
      case AWAITING_INPUT ->
          EnumSet.of(
              RunStatus.RUNNING,
              RunStatus.COMPLETED,
              RunStatus.CANCELLING,
              RunStatus.FAILED,
              RunStatus.TIMED_OUT);
      case CANCELLING -> EnumSet.of(RunStatus.COMPLETED, RunStatus.CANCELLED);
      case FAILED, TIMED_OUT -> EnumSet.of(RunStatus.COMPLETED);
      case COMPLETED, CANCELLED -> EnumSet.noneOf(RunStatus.class);
    };
  }

  private static String table() {
    StringBuilder table = new StringBuilder("| evidence |");
    for (RunStatus status : RunStatus.values()) {
      table.append(' ').append(status).append(" |");
    }
    table.append("\n|---|").append("---|".repeat(RunStatus.values().length)).append('\n');
    for (Map.Entry<Class<?>, List<Evidence>> kind : samples().entrySet()) {
      table.append("| ").append(kind.getKey().getSimpleName()).append(" |");
      for (RunStatus status : RunStatus.values()) {
        table.append(' ').append(cell(status, kind.getValue())).append(" |");
      }
      table.append('\n');
    }
    return table.toString();
  }

  /// Where a run of that status can be after evidence of one kind.
  private static String cell(RunStatus status, List<Evidence> evidence) {
    Set<RunStatus> reached = EnumSet.noneOf(RunStatus.class);
    for (Run run : runs()) {
      if (run.status() == status) {
        evidence.forEach(one -> reached.add(statusAfter(run, one)));
      }
    }
    reached.remove(status);
    return reached.isEmpty()
        ? "–"
        : reached.stream().map(RunStatus::toString).collect(Collectors.joining(", "));
  }

  private static RunStatus statusAfter(Run run, Evidence evidence) {
    return switch (RunLifecycle.next(run, evidence, LATER)) {
      case Transition.Moved(Run next, _) -> next.status();
      case Transition.Unchanged _, Transition.Refused _ -> run.status();
    };
  }

  private static void kinds(Class<?> type, Set<Class<?>> into) {
    if (!type.isSealed()) {
      into.add(type);
      return;
    }
    Arrays.stream(type.getPermittedSubclasses()).forEach(sub -> kinds(sub, into));
  }

  private static Map<Class<?>, List<Evidence>> samples() {
    Map<Class<?>, List<Evidence>> samples = new LinkedHashMap<>();
    Stream<Evidence> all =
        Stream.of(
            new Evidence.Preparing(Runs.CONVERSATION, "c"),
            new Evidence.Prepared(Runs.CONVERSATION, "c"),
            new Evidence.PreparationFailed(Reason.CLONE_FAILED),
            Runs.started(),
            new Evidence.NoPlace(null),
            new Evidence.BackendFull(),
            new Evidence.StartRefused(Reason.START_REFUSED),
            new Evidence.StartUnclear(Runs.CONVERSATION),
            new Evidence.BackendSilent(Reason.BACKEND_UNREACHABLE, null),
            new Evidence.ConversationMissing(),
            Runs.seen(new AgentStatus.Starting()),
            Runs.seen(new AgentStatus.Working()),
            Runs.seen(new AgentStatus.Waiting(Reason.PAUSED)),
            Runs.seen(new AgentStatus.Finished()),
            Runs.seen(new AgentStatus.Failed(Reason.AGENT_ERROR)),
            Runs.seen(new AgentStatus.NeverStarted(Reason.START_FAILED)),
            Runs.seen(new AgentStatus.Interrupted()),
            Runs.seen(new AgentStatus.Unknown("dreaming")),
            new Evidence.Resuming(),
            new Evidence.AgentResumed("c"),
            new Evidence.StopTaken(),
            new Evidence.MessageAccepted(MESSAGE),
            new Evidence.MessageTaken("c"),
            new Evidence.MessageUnclear(true),
            new Evidence.MessageRefused(),
            new Evidence.ResultsCollected(null, null, List.of()),
            new Evidence.ResultsUnkept(),
            new Evidence.PullRequestSeen(
                Runs.pullRequest(101, PullRequest.State.OPEN, T0.plusSeconds(40)), LinkRule.BRANCH),
            new Evidence.PullRequestSeen(
                Runs.pullRequest(101, PullRequest.State.CLOSED, T0.plusSeconds(41)),
                LinkRule.BRANCH),
            new Evidence.PullRequestSeen(
                Runs.pullRequest(101, PullRequest.State.MERGED, T0.plusSeconds(42)),
                LinkRule.BRANCH),
            new Evidence.GitActivity(RunEvent.Type.CI_FINISHED, 900_000_001L, Map.of()),
            new Evidence.CancelRequested(),
            new Evidence.TimePassed(Clocks.DEFAULT));
    all.forEach(evidence ->
        samples.computeIfAbsent(evidence.getClass(), _ -> new ArrayList<>()).add(evidence));
    return samples;
  }

  /// Runs of every status, for every way to complete, in several states of the agent.
  private static List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    for (CompleteOn completeOn : CompleteOn.values()) {
      Run queued = Runs.queued(completeOn);
      Run tried = queued.with(new Schedule(T0, 2, 1));
      Run working = Runs.working(completeOn);
      Run old = new Late(completeOn).working();
      Run suspected =
          Runs.after(
              working, Runs.seen(new AgentStatus.Failed(Reason.AGENT_ERROR)), T0.plusSeconds(9));
      Run missing = working;
      for (int look = 0; look < 2; look++) {
        missing = Runs.after(missing, new Evidence.ConversationMissing(), T0.plusSeconds(3));
      }
      Run finished = Runs.after(working, Runs.seen(new AgentStatus.Finished()), T0.plusSeconds(9));
      runs.addAll(List.of(queued, tried, working, old, suspected, missing, finished));
      Run preparing =
          Runs.after(queued, new Evidence.Preparing(Runs.CONVERSATION, "c"), T0.plusSeconds(1));
      runs.add(preparing);
      runs.add(Runs.after(preparing, new Evidence.CancelRequested(), T0.plusSeconds(2)));
      runs.add(new Late(completeOn).queued());
      runs.add(
          Runs.after(
              working, Runs.seen(new AgentStatus.Waiting(Reason.PAUSED)), T0.plusSeconds(9)));
      Run paused =
          Runs.after(working, Runs.seen(new AgentStatus.Waiting(Reason.PAUSED)), T0.plusSeconds(9));
      runs.add(
          Runs.after(
              paused, Runs.seen(new AgentStatus.Failed(Reason.AGENT_ERROR)), T0.plusSeconds(9)));
      Run forgotten = Runs.after(paused, new Evidence.ConversationMissing(), T0.plusSeconds(10));
      runs.add(Runs.after(forgotten, new Evidence.ConversationMissing(), T0.plusSeconds(11)));
      runs.add(
          Runs.after(
              new Late(completeOn).working(),
              Runs.seen(new AgentStatus.Waiting(Reason.PAUSED)),
              T0.plusSeconds(9)));
      runs.add(Runs.after(paused, new Evidence.MessageAccepted(MESSAGE), T0.plusSeconds(10)));
      Run admitted = Runs.admitted(completeOn);
      runs.add(admitted);
      runs.add(Runs.after(admitted, new Evidence.CancelRequested(), T0.plusSeconds(9)));
      Run failing =
          Runs.after(
              working,
              Runs.seen(new AgentStatus.NeverStarted(Reason.START_FAILED)),
              T0.plusSeconds(9));
      runs.add(failing);
      runs.add(Runs.after(queued, new Evidence.CancelRequested(), T0.plusSeconds(9)));
      runs.add(Runs.after(tried, new Evidence.CancelRequested(), T0.plusSeconds(9)));
      runs.add(Runs.after(working, new Evidence.CancelRequested(), T0.plusSeconds(9)));
      runs.add(Runs.after(missing, new Evidence.CancelRequested(), T0.plusSeconds(9)));
      runs.add(Runs.after(suspected, new Evidence.CancelRequested(), T0.plusSeconds(9)));
      runs.add(
          Runs.after(
              suspected,
              Runs.seen(new AgentStatus.Failed(Reason.AGENT_ERROR)),
              T0.plusSeconds(30)));
      runs.add(
          Runs.after(missing, new Evidence.ConversationMissing(), T0.plus(Duration.ofMinutes(9))));
      runs.add(
          Runs.after(
              working, new Evidence.TimePassed(Clocks.DEFAULT), T0.plus(Duration.ofHours(7))));
      runs.add(
          Runs.after(
              finished, new Evidence.TimePassed(Clocks.DEFAULT), T0.plus(Duration.ofMinutes(11))));
    }
    return runs;
  }

  /// Runs that began so long ago that their deadlines are over.
  private record Late(CompleteOn completeOn) {

    private static final Duration LONG_AGO = Duration.ofDays(8);

    Run queued() {
      return Run.accepted(Runs.ID, Runs.spec(completeOn), T0.minus(LONG_AGO));
    }

    Run working() {
      Run started = Runs.after(queued(), Runs.started(), T0.minus(LONG_AGO));
      return Runs.after(
          started, Runs.seen(new AgentStatus.Working()), T0.minus(LONG_AGO).plusSeconds(2));
    }
  }
}
