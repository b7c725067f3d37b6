package dev.build0711.runner.standalone.faults;

import dev.build0711.runner.app.Sweep;
import dev.build0711.runner.port.BackendStore;
import dev.build0711.runner.port.FailedLooks;
import dev.build0711.runner.run.Agent;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.testing.PostgresExtension;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Every use case in every situation in which it does something of its own: how a run is brought
/// there, and the one call that is broken off.
@SuppressWarnings("ImmutableEnumChecker") // methods do not change
enum Stage {
  CREATE(_ -> null, (cases, _) -> cases.create("order-1", UseCases.WIDGETS)),
  POLL_THAT_GETS_A_PLACE_AND_PREPARES(Lane::create, Stage::poll),
  POLL_THAT_CHECKS_THE_PREPARATION(lane -> lane.until(Agent.State.PREPARING), Stage::poll),
  POLL_THAT_STARTS(lane -> lane.until(Agent.State.PREPARED), Stage::poll),
  POLL_THAT_STARTS_AT_ONCE(lane -> lane.cases().create("order-1", null), Stage::poll),
  POLL_THAT_STARTS_AGAIN(Stage::unclear, Stage::poll),
  POLL_THAT_MEETS_A_FULL_BACKEND(Stage::full, Stage::poll),
  POLL_THAT_MEETS_A_FAILING_BACKEND(Stage::unable, Stage::poll),
  POLL_THAT_MEETS_A_MISTAKE_OF_OURS(Stage::refusedByTheDatabase, Stage::poll),
  POLL_THAT_FINDS_A_START_NOT_WANTED(Stage::unclearAndCancelled, Stage::poll),
  POLL_THAT_LOOKS(Stage::busy, Stage::poll),
  POLL_THAT_LOOKS_UP_PULL_REQUESTS(Stage::overdueLookUp, Stage::poll),
  POLL_THAT_SEES_THE_END(Stage::finished, Stage::poll),
  POLL_THAT_TELLS(Stage::told, Stage::poll),
  POLL_THAT_RESUMES(Stage::interrupted, Stage::poll),
  POLL_THAT_STOPS(Stage::cancelled, Stage::poll),
  POLL_THAT_COLLECTS(lane -> lane.until(Agent.State.FINISHED), Stage::poll),
  TICK(Stage::two, (cases, _) -> cases.pollRun().watch(Ports.BACKEND)),
  DUE_RUNS(Stage::two, (cases, _) -> cases.lookAtDue()),
  CANCEL(lane -> lane.until(Agent.State.WORKING), UseCases::cancel),
  CANCEL_BEFORE_THE_START(Lane::create, UseCases::cancel),
  MESSAGE(lane -> lane.until(Agent.State.WORKING), UseCases::message),
  PULL_REQUEST(lane -> lane.until(Agent.State.WORKING), UseCases::pullRequest),
  UNLINKED_DELIVERY(Stage::unlinked, (cases, _) -> cases.tendDeliveries()),
  RENAMED_REPOSITORY(lane -> lane.until(Agent.State.WORKING), (cases, _) -> cases.rename()),
  HINT(lane -> lane.until(Agent.State.WORKING), UseCases::hint),
  SWEEP(Stage::overdue, (cases, _) -> cases.sweep()),
  SET_ASIDE(Stage::triedTooOften, (cases, _) -> cases.setAside()),
  PUT_BACK(Stage::setAside, (cases, _) -> cases.putBack()),
  ADMIT(Lane::create, (cases, _) -> cases.admit()),
  TEND_A_BACKEND_THAT_IS_BACK(Stage::back, (cases, _) -> cases.tend()),
  TEND_A_BACKEND_THAT_FAILS(Stage::failing, (cases, _) -> cases.tend()),
  TICKS(Lane::create, (cases, _) -> cases.askForTicks()),
  READ_A_RUN_THAT_WAITS(Lane::create, UseCases::read),
  READ_A_RUN_THAT_HAS_ENDED(Stage::ended, UseCases::read);

  private static final Set<Stage> CANCELS =
      EnumSet.of(
          POLL_THAT_FINDS_A_START_NOT_WANTED, POLL_THAT_STOPS, CANCEL, CANCEL_BEFORE_THE_START);

  /// In so much time an agent has done something new.
  private static final Duration NEWS = Duration.ofSeconds(45);

  private final Arrangement arrangement;
  private final Act act;

  Stage(Arrangement arrangement, Act act) {
    this.arrangement = arrangement;
    this.act = act;
  }

  @FunctionalInterface
  interface Arrangement {
    @Nullable RunId in(Lane lane);
  }

  @FunctionalInterface
  interface Act {
    void of(UseCases cases, RunId id);
  }

  /// Brings a run there.
  ///
  /// @return the run, null where there is none yet
  @Nullable RunId arrange(Lane lane) {
    return arrangement.in(lane);
  }

  /// Makes the one call.
  void act(UseCases cases, @Nullable RunId id) {
    act.of(cases, id == null ? new RunId(new java.util.UUID(0, 0)) : id);
  }

  /// Whether whoever makes the call makes it again when it was not answered.
  boolean repeated() {
    return switch (this) {
      case CREATE, CANCEL, CANCEL_BEFORE_THE_START, MESSAGE, PULL_REQUEST, RENAMED_REPOSITORY ->
          true;
      default -> false;
    };
  }

  /// How its runs end, whatever happens to the call.
  RunStatus end() {
    return CANCELS.contains(this) ? RunStatus.CANCELLED : RunStatus.COMPLETED;
  }

  /// How many runs there are at the end.
  int runs() {
    return this == TICK || this == DUE_RUNS ? 2 : 1;
  }

  /// How many conversations there are at the end.
  int conversations() {
    return this == CANCEL_BEFORE_THE_START ? 0 : runs();
  }

  /// How many messages the agent has got beside its prompt.
  int messages() {
    return this == MESSAGE || this == POLL_THAT_TELLS ? 1 : 0;
  }

  /// How many deliveries of git hosts are in the ledger.
  int deliveries() {
    return switch (this) {
      case PULL_REQUEST, RENAMED_REPOSITORY -> 1;
      case UNLINKED_DELIVERY -> 2;
      default -> 0;
    };
  }

  /// How many pull requests are linked at the end.
  int pullRequests() {
    return switch (this) {
      case PULL_REQUEST, UNLINKED_DELIVERY, POLL_THAT_LOOKS_UP_PULL_REQUESTS -> 1;
      default -> 0;
    };
  }

  private static void poll(UseCases cases, RunId id) {
    cases.pollRun().apply(id);
  }

  /// The start was carried out, but its answer got lost.
  private static RunId unclear(Lane lane) {
    RunId id = lane.until(Agent.State.PREPARED);
    lane.fault(
        """
        {"method": "POST", "path": "/api/conversations", "do": "hang_up", "effect": true}
        """);
    lane.until(id, run -> run.agent().unclearSince() != null);
    lane.mend();
    return id;
  }

  private static RunId unclearAndCancelled(Lane lane) {
    RunId id = unclear(lane);
    lane.cases().cancel(id);
    return id;
  }

  private static RunId full(Lane lane) {
    RunId id = lane.until(Agent.State.PREPARED);
    lane.fault(
        """
        {"method": "POST", "path": "/api/conversations", "do": "answer", "status": 429,
         "body": {"detail": "too many conversations"}}
        """);
    return id;
  }

  private static RunId unable(Lane lane) {
    RunId id = lane.until(Agent.State.PREPARED);
    lane.fault(
        """
        {"method": "POST", "path": "/api/conversations", "do": "answer", "status": 503,
         "body": {"detail": "starting"}}
        """);
    return id;
  }

  /// The run starts, but whatever says so cannot be stored.
  private static RunId refusedByTheDatabase(Lane lane) {
    RunId id = lane.until(Agent.State.PREPARED);
    lane.plant("check (agent_state <> 'starting')");
    return id;
  }

  private static RunId triedTooOften(Lane lane) {
    RunId id = lane.until(Agent.State.WORKING);
    PostgresExtension.execute(lane.source(), "update run set failed_looks = " + FailedLooks.MOST);
    return id;
  }

  private static RunId setAside(Lane lane) {
    RunId id = triedTooOften(lane);
    lane.cases().setAside();
    return id;
  }

  private static RunId busy(Lane lane) {
    RunId id = lane.until(Agent.State.WORKING);
    lane.pass(NEWS);
    return id;
  }

  /// The pull request was opened, and nobody was told.
  private static RunId overdueLookUp(Lane lane) {
    RunId id = lane.cases().create("order-1", UseCases.LOST);
    lane.until(id, run -> run.agent().state() == Agent.State.WORKING);
    PostgresExtension.execute(
        lane.source(), "update run set looked_up_at = now() - interval '1 day'");
    return id;
  }

  /// A comment came before the pull request that it is about.
  private static RunId unlinked(Lane lane) {
    RunId id = lane.until(Agent.State.WORKING);
    lane.cases().comment();
    lane.cases().pullRequest(id);
    return id;
  }

  private static RunId finished(Lane lane) {
    RunId id = lane.until(Agent.State.WORKING);
    lane.pass(Duration.ofMinutes(6));
    return id;
  }

  private static RunId ended(Lane lane) {
    RunId id = lane.create();
    lane.settle();
    return id;
  }

  private static RunId told(Lane lane) {
    RunId id = lane.until(Agent.State.WORKING);
    lane.cases().message(id);
    return id;
  }

  private static RunId interrupted(Lane lane) {
    RunId id = lane.until(Agent.State.WORKING);
    lane.openHands().restart();
    lane.until(id, run -> run.agent().state() == Agent.State.INTERRUPTED);
    return id;
  }

  private static RunId cancelled(Lane lane) {
    RunId id = lane.until(Agent.State.WORKING);
    lane.cases().cancel(id);
    return id;
  }

  private static RunId two(Lane lane) {
    RunId first = lane.until(Agent.State.WORKING);
    RunId second = lane.cases().create("order-2", null);
    lane.until(second, run -> run.agent().state() == Agent.State.STARTING);
    lane.pass(NEWS);
    return first;
  }

  private static RunId overdue(Lane lane) {
    RunId id = lane.create();
    lane.pass(Sweep.OVERDUE.plusSeconds(1));
    return id;
  }

  private static RunId back(Lane lane) {
    RunId id = lane.until(Agent.State.WORKING);
    BackendStore states = lane.cases().ports().states();
    states.failed(Ports.BACKEND, Reason.BACKEND_UNREACHABLE);
    lane.pass(BackendStore.DOUBT.plusSeconds(1));
    states.failed(Ports.BACKEND, Reason.BACKEND_UNREACHABLE);
    for (int held = 0; held < 4; held++) {
      lane.cases().pollRun().apply(id);
      lane.pass(Duration.ofSeconds(held == 3 ? 0 : 10));
    }
    lane.pass(Duration.ofSeconds(1));
    return id;
  }

  private static RunId failing(Lane lane) {
    RunId id = lane.until(Agent.State.WORKING);
    lane.fault(
        """
        {"path": "/server_info", "do": "answer", "status": 503, "body": {"detail": "starting"}}
        """);
    return id;
  }
}
