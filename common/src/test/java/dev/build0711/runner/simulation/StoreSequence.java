package dev.build0711.runner.simulation;

import dev.build0711.runner.port.Backends.Terms;
import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.DeliveryStore.Delivery;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Admission;
import dev.build0711.runner.port.RunStore.Change;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.IdempotencyKey;
import dev.build0711.runner.port.RunStore.Release;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunLifecycle;
import dev.build0711.runner.run.Transition.Moved;
import dev.build0711.runner.simulation.TwoStores.Stores;
import dev.build0711.runner.testing.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Random commands for two stores. Claims that were made earlier are used for long, so that many
/// come too late.
final class StoreSequence {

  private static final Duration LEASE = Duration.ofMinutes(2);
  private static final String DIGEST = "c".repeat(64);
  private static final List<Duration> PAUSES =
      List.of(
          Duration.ofMillis(300),
          Duration.ofSeconds(1),
          Duration.ofSeconds(12),
          Duration.ofSeconds(26),
          Duration.ofSeconds(50),
          Duration.ofSeconds(130));
  private static final List<String> BACKENDS = List.of("main", "spare");

  private final Dice dice;
  private final TwoStores stores;
  private final SomeEvidence evidence;
  private final List<RunId> runs = new ArrayList<>();
  private final List<Claim> claims = new ArrayList<>();
  private int deliveries;

  StoreSequence(long seed, DataSource source) {
    this.dice = new Dice(seed);
    this.stores = new TwoStores(source);
    this.evidence = new SomeEvidence(dice);
  }

  /// Gives the commands with these numbers to both.
  ///
  /// @return the commands and how the stores differ; empty where they do not
  String play(List<Integer> steps) {
    for (int step : steps) {
      dice.at(step);
      String difference = step();
      if (!difference.isEmpty()) {
        return stores.told() + "\n" + difference;
      }
    }
    return "";
  }

  private String step() {
    int pick = dice.below(100);
    if (runs.isEmpty() || pick < 10) {
      return create();
    }
    if (pick < 24) {
      return pause();
    }
    if (pick < 44) {
      return claim();
    }
    if (pick < 60) {
      return store();
    }
    if (pick < 78) {
      return beside();
    }
    return pick < 90 ? backend() : sweep();
  }

  private String create() {
    Run run = Runs.accepted(dice.of(List.of("shop", "site")), dice.below(2), stores.now());
    Run known = Runs.named(run, RunId.create(stores.now(), dice));
    IdempotencyKey key =
        dice.chance(500)
            ? new IdempotencyKey("key " + dice.below(2), dice.of(List.of("a", "b")).repeat(64))
            : null;
    String difference = stores.both("create", at -> at.runs().create(known, key));
    if (stores.memory().find(known.id()).isPresent()) {
      runs.add(known.id());
    }
    return difference;
  }

  private String pause() {
    stores.pass(dice.of(PAUSES));
    return "";
  }

  private String claim() {
    int most = 1 + dice.below(3);
    RunId id = dice.of(runs);
    String difference =
        switch (dice.below(4)) {
          case 0 -> stores.both("claimDue", at -> kept(at, at.runs().claimDue(9, LEASE)));
          case 1 ->
              stores.both("claimWatched", at -> kept(at, at.runs().claimWatched("main", 9, LEASE)));
          default ->
              stores.both("claim", at -> kept(at, at.runs().claim(id, LEASE).stream().toList()));
        };
    if (claims.size() > most + 6) {
      claims.subList(0, claims.size() - 6).clear();
    }
    return difference;
  }

  /// The claims of both are the same, or the difference ends the sequence.
  private List<Claim> kept(Stores at, List<Claim> made) {
    if (at.runs() == stores.memory()) {
      claims.addAll(made);
    }
    return made.stream().sorted(Comparator.comparing(claim -> claim.run().id())).toList();
  }

  private String store() {
    if (claims.isEmpty()) {
      return "";
    }
    Claim claim = dice.of(claims);
    Instant next = dice.chance(150) ? null : stores.now().plus(dice.of(PAUSES));
    Run before =
        dice.chance(300) ? claim.run() : stores.memory().find(claim.run().id()).orElseThrow();
    Change change = change(before, evidence.ofLook());
    if (change == null || dice.chance(300)) {
      return stores.both("release", at -> at.runs().release(List.of(new Release(claim, next))));
    }
    return stores.both("save", at -> at.runs().save(claim, change, next));
  }

  private String beside() {
    Run run = stores.memory().find(dice.of(runs)).orElseThrow();
    boolean look = dice.chance(500);
    return switch (dice.below(6)) {
      case 0 -> {
        Change change = change(run, new Evidence.CancelRequested());
        yield change == null ? "" : stores.both("apply", at -> at.runs().apply(change, look));
      }
      case 1 -> message(run);
      case 2 -> {
        String id = run.id().value().toString().replace("-", "");
        yield stores.both("hint", at -> sorted(at.runs().hint(id)));
      }
      case 3 -> rename();
      default -> delivery(run, look);
    };
  }

  private String message(Run run) {
    String text = "message " + dice.below(3);
    IdempotencyKey key =
        dice.chance(500) ? new IdempotencyKey("key " + dice.below(3), DIGEST) : null;
    String difference = stores.both("mailbox", at -> at.runs().mailbox(run.id(), text, key));
    RunStore.Mailbox box = stores.memory().mailbox(run.id(), text, key).orElseThrow();
    if (!difference.isEmpty() || box.first() != null) {
      return difference;
    }
    Message message =
        new Message(
            box.messages() + 1,
            text,
            null,
            box.same(),
            run.schedule().pollEpoch(),
            Message.State.WANTED,
            null);
    Change change = change(run, new Evidence.MessageAccepted(message));
    return change == null
        ? ""
        : stores.both("accept", at -> at.runs().accept(change, message, key));
  }

  private String delivery(Run run, boolean look) {
    Change change = dice.chance(300) ? null : change(run, evidence.ofGitHost(stores.now()));
    boolean again = deliveries > 0 && dice.chance(300);
    Delivery delivery = delivery("d" + (again ? deliveries : ++deliveries), run.id());
    return stores.both("record", at -> at.ledger().record(delivery, change, look));
  }

  private String rename() {
    Repository renamed =
        new Repository(
            GitProvider.GITHUB, "github.com", "acme/widgets-" + dice.below(3), 900_000_001L);
    Delivery delivery = delivery("d" + ++deliveries, null);
    return stores.both("rename", at -> at.ledger().rename(delivery, renamed, "acme/widgets"));
  }

  private Delivery delivery(String key, @Nullable RunId run) {
    return new Delivery(
        "github",
        key,
        "pull_request",
        DIGEST,
        Runs.WIDGETS,
        run == null ? DeliveryStore.Outcome.IGNORED : DeliveryStore.Outcome.APPLIED,
        "link",
        run,
        null,
        Map.of(),
        stores.now());
  }

  private String backend() {
    String name = dice.of(BACKENDS);
    return switch (dice.below(7)) {
      case 0 ->
          stores.both("close", at -> done(() -> at.backends().close(name, Duration.ofSeconds(10))));
      case 1 -> stores.both("speaks", at -> done(() -> at.backends().speaks(name, Dialect.APP_V1)));
      case 2 -> stores.both("probe", at -> at.backends().probe(name, Duration.ofSeconds(25)));
      case 3 -> stores.both("answered", at -> at.backends().answered(name));
      case 4 -> stores.both("recovered", at -> done(() -> at.backends().recovered(name)));
      default ->
          stores.both("failed", at -> done(() -> at.backends().failed(name, Reason.BACKEND_ERROR)));
    };
  }

  private String sweep() {
    Claim own = claims.isEmpty() || dice.chance(500) ? null : claims.getLast();
    List<Terms> terms =
        List.of(
            new Terms("main", 2, dice.chance(500) ? null : 1, false, null),
            new Terms("spare", 1, null, dice.chance(300), Dialect.AGENT_SERVER));
    return switch (dice.below(4)) {
      case 0 -> stores.both("overdue", at -> sorted(at.runs().overdue(Duration.ofSeconds(30), 9)));
      case 1 ->
          stores.both(
              "returned", at -> sorted(at.runs().returned("main", Duration.ofSeconds(15), 9)));
      default -> admit(terms, own);
    };
  }

  /// A caller has claimed the run that it wants a place for, and knows what there is of it now.
  private String admit(List<Terms> terms, @Nullable Claim own) {
    boolean newest =
        own != null
            && stores.memory().find(own.run().id()).orElseThrow().schedule().pollEpoch()
                == own.run().schedule().pollEpoch();
    Claim caller = newest ? own : null;
    return stores.both(
        "admit",
        at -> {
          Admission admission = at.runs().admit(terms, caller);
          return new Admission(admission.own(), sorted(admission.wakes()), admission.trouble());
        });
  }

  private static List<Wake> sorted(List<Wake> wakes) {
    return wakes.stream().sorted(Comparator.comparing(Wake::id)).toList();
  }

  private static boolean done(Runnable command) {
    command.run();
    return true;
  }

  private @Nullable Change change(Run before, Evidence one) {
    return RunLifecycle.next(before, one, stores.now())
            instanceof Moved(Run after, List<RunEvent> events)
        ? new Change(before, after, events)
        : null;
  }
}
