package dev.build0711.runner.run;

import static dev.build0711.runner.testing.Runs.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.Clocks;
import dev.build0711.runner.testing.Runs;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What becomes of a run in every situation after every kind of evidence, whole: each field that
/// changes, each event, the next step and when it is taken. The file is made by the code, and read
/// by whoever changes the lifecycle: what his change does besides what he meant stands there as a
/// line that differs. What may move at all is the rule of [StateTableTest].
///
/// To make it anew: `scripts/mvn test -pl common -Dtest=LifecycleOutcomesTest -Doutcomes=write`.
class LifecycleOutcomesTest {

  private static final Path FILE = Path.of("src/test/resources/lifecycle/outcomes.txt");
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration LATE = Duration.ofMinutes(25);
  private static final Set<String> OF_EVERY_WRITE = Set.of("updatedAt", "eventCount");
  private static final Set<String> LONG =
      Set.of("url", "head_sha", "repository", "draft", "conversation_id", "silent_since");
  private static final String SEEN = "https://github.com/acme/widgets/pull/";

  @Test
  void everyOutcomeIsTheOneThatWasReadLast() throws IOException {
    String outcomes = outcomes();
    if (System.getProperty("outcomes", "").equals("write")) {
      Files.writeString(FILE, outcomes);
    }

    List<String> made = outcomes.lines().toList();
    List<String> read = Files.readAllLines(FILE);
    for (int line = 0; line < Math.min(made.size(), read.size()); line++) {
      assertThat(made.get(line)).as("line %d of %s", line + 1, FILE).isEqualTo(read.get(line));
    }
    assertThat(made).hasSameSizeAs(read);
  }

  private static String outcomes() {
    StringBuilder text = new StringBuilder();
    situations()
        .forEach((name, run) -> {
          text.append("\n").append(name).append(" (").append(run.status()).append(")\n");
          outcomes(run, evidence(), SOON)
              .forEach((outcome, kinds) -> text.append(line("  ", kinds, outcome)));
          outcomes(run, evidenceOfTime(), LATE)
              .forEach((outcome, kinds) -> text.append(line("  25 min later: ", kinds, outcome)));
        });
    return text.toString();
  }

  /// The evidence that comes to the same, under what it comes to; that which changes nothing is
  /// left out.
  private static Map<String, List<String>> outcomes(
      Run run, Map<String, Evidence> evidence, Duration after) {
    Map<String, List<String>> all = new LinkedHashMap<>();
    evidence.forEach((kind, one) ->
        outcome(run, one, run.updatedAt().plus(after))
            .ifPresent(outcome -> all.computeIfAbsent(outcome, _ -> new ArrayList<>()).add(kind)));
    return all;
  }

  private static String line(String begin, List<String> kinds, String outcome) {
    return begin + String.join("; ", kinds) + " |" + outcome + "\n";
  }

  private static Optional<String> outcome(Run run, Evidence evidence, Instant now) {
    return switch (RunLifecycle.next(run, evidence, now)) {
      case Transition.Unchanged _ -> Optional.empty();
      case Transition.Refused(String why) -> Optional.of(" refused: " + why);
      case Transition.Moved(Run next, List<RunEvent> events) ->
          Optional.of(
              differences("", run, next, now)
                  + events.stream()
                      .map(event -> " ! " + event.type() + told(event.data()))
                      .collect(Collectors.joining())
                  + " > "
                  + Step.of(next, now)
                  + (Step.watchedOn(next) == null ? "" : " with others")
                  + pause(next, evidence, now)
                  + lookUp(next, now));
    };
  }

  private static String pause(Run run, Evidence evidence, Instant now) {
    Duration atLeast =
        evidence instanceof Evidence.BackendSilent silent ? silent.retryAfter() : null;
    Instant next = Pace.next(run, now, atLeast, new Random(7));
    return next == null ? " never" : " in " + Duration.between(now, next);
  }

  private static String lookUp(Run run, Instant now) {
    Instant next = LookUpPace.next(run, now);
    return (next == null
            ? ""
            : ", host at " + text(next, now) + " turn " + LookUpPace.turn(run, now))
        + (LookUpPace.lastChance(run, now) ? ", the last chance" : "");
  }

  /// The members that differ, each with what it has become.
  private static String differences(
      String name, @Nullable Object before, @Nullable Object after, Instant now) {
    if (Objects.equals(before, after)) {
      return "";
    }
    if (!(before instanceof Record old)
        || !(after instanceof Record)
        || before.getClass() != after.getClass()) {
      return " " + name + "=" + text(after, now);
    }
    StringBuilder all = new StringBuilder();
    for (RecordComponent member : old.getClass().getRecordComponents()) {
      if (!(old instanceof Run) || !OF_EVERY_WRITE.contains(member.getName())) {
        all.append(differences(member.getName(), value(member, before), value(member, after), now));
      }
    }
    return all.toString();
  }

  private static @Nullable Object value(RecordComponent member, Object of) {
    try {
      return member.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static String text(@Nullable Object value, Instant now) {
    return switch (value) {
      case Instant at when at.equals(now) -> "now";
      case Instant at -> "now" + (at.isBefore(now) ? "-" : "+") + Duration.between(now, at).abs();
      case Collection<?> all when all.size() > 3 -> all.size() + " of them";
      case Collection<?> all ->
          all.stream().map(one -> text(one, now)).collect(Collectors.joining(", ", "[", "]"));
      case Conversation it -> it.backend() + " " + it.version();
      case PullRequest it -> "#" + it.number() + " " + it.state();
      case LinkedPullRequest it -> text(it.pullRequest(), now) + " by " + it.rule();
      case Record it ->
          Arrays.stream(it.getClass().getRecordComponents())
              .map(member -> value(member, it))
              .filter(Objects::nonNull)
              .map(one -> text(one, now))
              .collect(Collectors.joining(" ", "(", ")"));
      case null, default -> String.valueOf(value);
    };
  }

  private static String told(Map<String, Object> data) {
    return new TreeMap<>(data)
        .entrySet().stream()
            .filter(one -> !LONG.contains(one.getKey()))
            .map(one -> one.getKey() + "=" + one.getValue())
            .collect(Collectors.joining(" ", "(", ")"));
  }

  private static Map<String, Evidence> evidence() {
    Map<String, Evidence> all = new LinkedHashMap<>();
    all.put("preparing", new Evidence.Preparing(Runs.CONVERSATION, "p"));
    all.put("prepared", new Evidence.Prepared(Runs.CONVERSATION, "p"));
    all.put("clone failed", new Evidence.PreparationFailed(Reason.CLONE_FAILED));
    all.put("started", Runs.started());
    all.put("no place", new Evidence.NoPlace(null));
    all.put("no place, backend down", new Evidence.NoPlace(Reason.BACKEND_UNREACHABLE));
    all.put("full", new Evidence.BackendFull());
    all.put("start refused", new Evidence.StartRefused(Reason.START_REFUSED));
    all.put("start unclear", new Evidence.StartUnclear(Runs.CONVERSATION));
    all.put("start unclear, no id", new Evidence.StartUnclear(null));
    all.put("silent", new Evidence.BackendSilent(Reason.BACKEND_UNREACHABLE, null));
    all.put(
        "error, leave me alone",
        new Evidence.BackendSilent(Reason.BACKEND_ERROR, Duration.ofMinutes(7)));
    all.put("missing", new Evidence.ConversationMissing());
    all.put("agent starting", Runs.seen(new AgentStatus.Starting()));
    all.put("agent working", Runs.seen(new AgentStatus.Working()));
    all.put("agent working, nothing new", new AgentSeen(quiet()));
    all.put("agent working, much new", new AgentSeen(rich(new AgentStatus.Working())));
    all.put("agent paused", Runs.seen(new AgentStatus.Waiting(Reason.PAUSED)));
    all.put("agent asks leave", Runs.seen(new AgentStatus.Waiting(Reason.CONFIRMATION_WANTED)));
    all.put("agent finished", Runs.seen(new AgentStatus.Finished()));
    all.put("agent finished, much new", new AgentSeen(rich(new AgentStatus.Finished())));
    all.put("agent failed", Runs.seen(new AgentStatus.Failed(Reason.AGENT_ERROR)));
    all.put("agent failed, its model", Runs.seen(new AgentStatus.Failed(Reason.LLM_QUOTA)));
    all.put("agent never started", Runs.seen(new AgentStatus.NeverStarted(Reason.START_FAILED)));
    all.put("agent interrupted", Runs.seen(new AgentStatus.Interrupted()));
    all.put("agent dreaming", Runs.seen(new AgentStatus.Unknown("dreaming")));
    all.put("resuming", new Evidence.Resuming());
    all.put("resumed", new Evidence.AgentResumed("r"));
    all.put("stop taken", new Evidence.StopTaken());
    all.put("message accepted", new Evidence.MessageAccepted(message(2)));
    all.put("message taken", new Evidence.MessageTaken("m"));
    all.put("message sent", new Evidence.MessageUnclear(true));
    all.put("message searched for", new Evidence.MessageUnclear(false, "m"));
    all.put("message refused", new Evidence.MessageRefused());
    all.put("nothing left", new Evidence.ResultsCollected(null, null, List.of()));
    all.put(
        "results",
        new Evidence.ResultsCollected(
            "faster", "ada6dec", List.of(new ChangedFile("cart.js", ChangedFile.Change.ADDED))));
    all.put("results not kept", new Evidence.ResultsUnkept());
    all.put("pull request open", pullRequest(101, PullRequest.State.OPEN, 40));
    all.put("pull request closed", pullRequest(101, PullRequest.State.CLOSED, 41));
    all.put("pull request merged", pullRequest(101, PullRequest.State.MERGED, 42));
    all.put("pull request open before", pullRequest(101, PullRequest.State.OPEN, 1));
    all.put("another pull request", pullRequest(102, PullRequest.State.OPEN, 43));
    all.put("foreign pull request", foreign());
    all.put(
        "checks done",
        new Evidence.GitActivity(RunEvent.Type.CI_FINISHED, 900_000_001L, Map.of("ok", true)));
    all.put("pushed", new Evidence.GitActivity(RunEvent.Type.CI_FINISHED, null, Map.of()));
    all.put("cancelled by its caller", new Evidence.CancelRequested());
    all.put("time", new Evidence.TimePassed(Clocks.DEFAULT));
    return all;
  }

  /// What tells something only when time has passed.
  private static Map<String, Evidence> evidenceOfTime() {
    Map<String, Evidence> all = new LinkedHashMap<>(evidence());
    all.keySet()
        .retainAll(
            Set.of(
                "no place",
                "silent",
                "missing",
                "agent working, nothing new",
                "agent failed",
                "agent interrupted",
                "stop taken",
                "time"));
    return all;
  }

  private static Map<String, Run> situations() {
    Map<String, Run> all = new LinkedHashMap<>();
    beforeTheStart(all);
    atWork(all);
    atItsEnd(all);
    over(all);
    return all;
  }

  private static void beforeTheStart(Map<String, Run> all) {
    Run queued = Runs.queued(CompleteOn.EITHER);
    all.put("queued", queued);
    all.put("queued, without a repository", Runs.in(queued, null));
    all.put(
        "queued, repository by name",
        Runs.in(queued, new Repository(GitProvider.GITHUB, "github.com", "acme/widgets", null)));
    all.put("queued, every backend full", then(queued, "no place"));
    all.put("queued for eight days", Runs.updated(queued, T0.plus(Duration.ofDays(8))));
    Run admitted = Runs.admitted(CompleteOn.EITHER);
    all.put("admitted", admitted);
    all.put("admitted, one look has not told", admitted.with(new Schedule(T0, 2, 1)));
    all.put("admitted, two looks have not told", admitted.with(new Schedule(T0, 3, 2)));
    Run preparing = then(admitted, "preparing");
    all.put("preparing", preparing);
    all.put("preparing, forgotten", then(preparing, "missing"));
    all.put("preparing, cancelled", then(preparing, "cancelled by its caller"));
    Run prepared = then(preparing, "prepared");
    all.put("prepared", prepared);
    all.put("start unclear", then(prepared, "start unclear"));
    all.put("start unclear without an id", then(admitted, "start unclear, no id"));
    all.put(
        "start unclear, cancelled",
        then(then(prepared, "start unclear"), "cancelled by its caller"));
    all.put("start unclear, backend silent", then(then(prepared, "start unclear"), "silent"));
    Run starting = then(prepared, "started");
    all.put("starting", starting);
    all.put("starting, once failed", then(then(starting, "agent never started"), "started"));
    all.put("once failed to start", then(starting, "agent never started"));
    all.put("twenty attempts", attempts(then(starting, "agent never started"), Run.MAX_ATTEMPTS));
  }

  private static void atWork(Map<String, Run> all) {
    Run working = Runs.working(CompleteOn.EITHER);
    all.put("working", working);
    all.put("working, half done", then(working, "agent working, much new"));
    all.put("working, two iterations and a dollar allowed", allowed(working, 2, "1.00"));
    all.put("working, three iterations and a cent allowed", allowed(working, 3, "0.01"));
    all.put("working, all allowed is spent", allowed(working, 3, "0.25"));
    all.put("working, written to", then(working, "message accepted"));
    all.put("working, written to, sent", then(then(working, "message accepted"), "message sent"));
    all.put(
        "working, written to, got it", then(then(working, "message accepted"), "message taken"));
    all.put("working, nineteen links", mentioned(working, 19));
    all.put("working, twenty links", mentioned(working, 20));
    all.put("working, backend silent", then(then(working, "silent"), "silent"));
    all.put("working, missing twice", then(then(working, "missing"), "missing"));
    all.put("working, suspected", then(working, "agent failed"));
    all.put("working, suspected, silent", then(then(working, "agent failed"), "silent"));
    all.put(
        "working, with a pull request, for a merge",
        then(Runs.working(CompleteOn.MERGE), "pull request open"));
    all.put("working, for the agent", Runs.working(CompleteOn.AGENT));
    Run interrupted = then(working, "agent interrupted");
    all.put("interrupted", interrupted);
    Run often = interrupted;
    for (int i = 0; i < RunLifecycle.MAX_RESUMES; i++) {
      often = then(then(often, "resumed"), "agent interrupted");
    }
    all.put("interrupted once too often", often);
    Run paused = then(working, "agent paused");
    all.put("waiting", paused);
    all.put("waiting, written to", then(paused, "message accepted"));
    all.put(
        "waiting, written to, looked at",
        then(paused, "message accepted").with(new Schedule(T0, 3, 9)));
    all.put("waiting, written to, sent", then(then(paused, "message accepted"), "message sent"));
    all.put("waiting on an app server", then(elsewhere(working), "agent paused"));
    all.put("set aside", explained(working, Reason.SET_ASIDE));
  }

  private static void atItsEnd(Map<String, Run> all) {
    all.put(
        "finished, for a pull request",
        then(Runs.working(CompleteOn.PULL_REQUEST), "agent finished"));
    Run forMerge = then(Runs.working(CompleteOn.MERGE), "agent finished");
    all.put("finished, for a merge", forMerge);
    all.put("finished, for a merge, one open", then(forMerge, "pull request open"));
    all.put("finished, for a merge, written to", then(forMerge, "message accepted"));
    Run working = Runs.working(CompleteOn.EITHER);
    all.put("cancelling", then(working, "cancelled by its caller"));
    all.put("cancelling, silent", then(then(working, "cancelled by its caller"), "silent"));
    all.put(
        "cancelling, missing twice",
        then(then(then(working, "cancelled by its caller"), "missing"), "missing"));
    all.put(
        "cancelling, suspected", then(then(working, "agent failed"), "cancelled by its caller"));
    all.put(
        "cancelling, written to",
        then(then(working, "message accepted"), "cancelled by its caller"));
    all.put(
        "cancelling, waits for somebody",
        then(then(working, "agent paused"), "cancelled by its caller"));
  }

  private static void over(Map<String, Run> all) {
    Run working = Runs.working(CompleteOn.EITHER);
    Run completed = then(working, "agent finished");
    all.put("completed", completed);
    all.put("completed, fetched", then(completed, "results"));
    all.put("completed by a pull request, at work", then(working, "pull request open"));
    all.put("completed, many pull requests", pullRequests(completed, GitWitness.MAX_PULL_REQUESTS));
    all.put("completed on an app server", then(elsewhere(working), "agent finished"));
    all.put("failed", then(late(then(working, "agent failed")), "agent failed"));
    all.put(
        "failed to start",
        then(
            then(then(Runs.admitted(CompleteOn.EITHER), "preparing"), "prepared"),
            "start refused"));
    Run lost = then(late(then(then(working, "missing"), "missing")), "missing");
    all.put("failed, lost", lost);
    Run often = then(working, "agent interrupted");
    for (int i = 0; i < RunLifecycle.MAX_RESUMES; i++) {
      often = then(then(often, "resumed"), "agent interrupted");
    }
    all.put("failed, interrupted", then(often, "agent interrupted"));
    all.put(
        "failed, no pull request",
        then(late(then(Runs.working(CompleteOn.PULL_REQUEST), "agent finished")), "time"));
    all.put("timed out, stalled", then(late(working), "time"));
    all.put(
        "timed out, never started",
        then(Runs.updated(Runs.queued(CompleteOn.EITHER), T0.plus(Duration.ofDays(8))), "time"));
    all.put("timed out, written to", then(late(then(working, "message accepted")), "time"));
    all.put("timed out, for a merge", then(late(Runs.working(CompleteOn.MERGE)), "time"));
    all.put(
        "timed out long ago",
        Runs.updated(then(late(working), "time"), T0.plus(Duration.ofDays(1))));
    all.put("cancelled", then(then(working, "cancelled by its caller"), "agent paused"));
  }

  private static Run then(Run run, String kind) {
    return Runs.after(
        run, Objects.requireNonNull(evidence().get(kind), kind), run.updatedAt().plusSeconds(1));
  }

  private static Run late(Run run) {
    return Runs.updated(run, run.updatedAt().plus(LATE));
  }

  private static Run elsewhere(Run run) {
    Conversation there =
        new Conversation("cloud", Dialect.APP_V1, "1.11.0", Runs.CONVERSATION.id());
    return run.with(run.agent().at(there));
  }

  private static Run allowed(Run run, int maxIterations, String maxCostUsd) {
    return Runs.with(run, new AgentOptions(maxIterations, new BigDecimal(maxCostUsd), null, null));
  }

  private static Run explained(Run run, Reason reason) {
    Standing old = run.standing();
    return run.with(
        new Standing(
            old.status(),
            new StatusReason(reason, T0),
            old.phase(),
            old.revision(),
            old.startedAt(),
            old.finishedAt(),
            old.deadlineAt()));
  }

  private static Run attempts(Run run, int number) {
    Run many = run;
    while (many.attempts().size() < number) {
      many = many.with(new Attempt(Attempt.Kind.START, T0, "main", null));
    }
    return many;
  }

  private static Run mentioned(Run run, int number) {
    return run.with(
        run.agent()
            .withMentioned(IntStream.range(0, number).mapToObj(i -> SEEN + (500 + i)).toList()));
  }

  private static Run pullRequests(Run run, int number) {
    return run.withPullRequests(
        IntStream.range(0, number)
            .mapToObj(i ->
                new LinkedPullRequest(
                    Runs.pullRequest(300 + i, PullRequest.State.OPEN, T0), LinkRule.MARKER, T0))
            .toList());
  }

  private static Message message(int seq) {
    return new Message(seq, "Paint it green", null, 0, 1, Message.State.WANTED, null);
  }

  private static Evidence pullRequest(long number, PullRequest.State state, int second) {
    return new Evidence.PullRequestSeen(
        Runs.pullRequest(number, state, T0.plusSeconds(second)), LinkRule.BRANCH);
  }

  private static Evidence foreign() {
    PullRequest ours = Runs.pullRequest(7, PullRequest.State.OPEN, T0);
    return new Evidence.PullRequestSeen(
        new PullRequest(
            new Repository(GitProvider.GITHUB, "github.com", "elsewhere/forks", 900_000_002L),
            ours.number(),
            ours.url(),
            ours.state(),
            ours.draft(),
            ours.headBranch(),
            ours.headSha(),
            ours.headRepositoryId(),
            null,
            ours.createdAt(),
            ours.updatedAt()),
        LinkRule.MARKER);
  }

  private static AgentLook quiet() {
    AgentLook look = Runs.look(new AgentStatus.Working(), null);
    return new AgentLook(
        look.status(),
        false,
        null,
        look.iterations(),
        null,
        look.usage(),
        null,
        List.of(),
        1,
        null,
        "cursor-2");
  }

  private static AgentLook rich(AgentStatus status) {
    return new AgentLook(
        status,
        true,
        List.of(
            new Progress.Task("Read", Progress.TaskStatus.DONE),
            new Progress.Task("Write", Progress.TaskStatus.IN_PROGRESS)),
        9,
        30,
        new Usage(new BigDecimal("0.50"), 2400, 680, 1, 2, 3),
        "Opened " + SEEN + "101",
        List.of(SEEN + "101", SEEN + "102"),
        3,
        "1.59.0",
        "cursor-3");
  }
}
