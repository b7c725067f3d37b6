package dev.build0711.runner.app;

import dev.build0711.runner.app.Verdicts.Verdict;
import dev.build0711.runner.log.RequestContext;
import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.PullRequestLookUp;
import dev.build0711.runner.port.PullRequestLookUp.Question;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Applied;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.LinkingLadder;
import dev.build0711.runner.run.LookUpPace;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.Step;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Asks git hosts for the pull requests of runs, so that a webhook that was lost only delays. What
/// a host shows goes the way of what it delivers: the same ladder, the same evidence, the same
/// events. A host that does not answer is asked again the next time, and never decides anything.
public final class LookUpPullRequests implements LookUps {

  /// How long the look-ups after one turn of looks may take; what is left over is due the next
  /// time.
  static final Duration TURN = Duration.ofSeconds(20);

  private static final Logger LOG = System.getLogger(LookUpPullRequests.class.getName());

  private final List<PullRequestLookUp> hosts;
  private final RunStore runs;
  private final WakeUps wakeUps;
  private final Testimonies testimonies;
  private final Verdicts verdicts;
  private final InstantSource time;

  /// @param hosts those for which there is a token
  /// @param backends the base URLs of the configured backends, for links to their conversations
  public LookUpPullRequests(
      List<PullRequestLookUp> hosts,
      RunStore runs,
      DeliveryStore deliveries,
      WakeUps wakeUps,
      Marker marker,
      List<URI> backends,
      InstantSource time) {
    this.hosts = List.copyOf(hosts);
    this.runs = runs;
    this.wakeUps = wakeUps;
    this.testimonies = new Testimonies(marker, new ConversationLinks(backends));
    this.verdicts = new Verdicts(deliveries, time);
    this.time = time;
  }

  /// Only where nothing is wanted of the backend, which may have asked to be left alone.
  @Override
  public @Nullable Instant noLater(@Nullable Instant next, Run run, Instant now) {
    boolean rests = Step.of(run, now) == Step.REST && host(run).isPresent();
    Instant lookUp = rests ? LookUpPace.next(run, now) : null;
    return next == null || lookUp == null || next.isBefore(lookUp) ? next : lookUp;
  }

  @Override
  public void after(List<Looked> looks) {
    Instant end = time.instant().plus(TURN);
    looks.stream()
        .filter(look -> LookUpPace.due(look.before(), look.after(), look.now()))
        .forEach(look -> lookUp(look, Duration.between(time.instant(), end)));
  }

  @Override
  public void beforeVerdict(Run run, Instant now) {
    if (LookUpPace.lastChance(run, now)) {
      lookUp(new Looked(run, run, now), TURN);
    }
  }

  private void lookUp(Looked look, Duration limit) {
    Run run = look.after();
    Optional<PullRequestLookUp> host = host(run);
    if (host.isPresent() && limit.isPositive()) {
      RequestContext.about(
          run.id().toString(), () -> tolerating(() -> lookUp(look, host.get(), limit)));
    }
  }

  /// The look is worth more than what is asked beside it, whatever goes wrong with that.
  private static void tolerating(Runnable lookUp) {
    try {
      PollRun.tolerating("pull requests cannot be looked up now", lookUp);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "pull requests could not be looked up", e);
    }
  }

  private void lookUp(Looked look, PullRequestLookUp host, Duration limit) {
    Run run = look.after();
    Repository repository = run.repository();
    if (repository != null && runs.claimLookUp(run)) {
      List<Long> numbers = numbers(run, repository);
      int turn = LookUpPace.named(look.before(), run) ? 0 : LookUpPace.turn(run, look.now());
      Collections.rotate(numbers, -turn);
      var question = new Question(repository, branches(run), numbers);
      host.find(question, limit).forEach(shown -> tell(testimonies.of(shown)));
    }
  }

  /// Where the run changes too often meanwhile, the next look-up tells it.
  private void tell(Testimony testimony) {
    for (int tried = 0; tried < Verdicts.MAX_TRIES; tried++) {
      Verdict verdict = verdicts.of(testimony);
      if (verdict.change() == null) {
        return;
      }
      if (runs.apply(verdict.change(), verdict.look()) instanceof Applied.Done(var wake)) {
        RunLog.moved(verdict.change());
        if (wake != null) {
          wakeUps.wake(wake);
        }
        return;
      }
    }
  }

  private Optional<PullRequestLookUp> host(Run run) {
    Repository repository = run.repository();
    return repository == null
        ? Optional.empty()
        : hosts.stream().filter(host -> host.covers(repository)).findFirst();
  }

  /// The branches that are reserved for the run.
  private static List<String> branches(Run run) {
    List<String> branches = new ArrayList<>();
    branches.add(LinkingLadder.RESERVED + run.id());
    Conversation conversation = run.agent().conversation();
    if (conversation != null) {
      branches.add(LinkingLadder.RESERVED + conversation.id());
    }
    return branches;
  }

  /// What is linked and may still be merged, then what the agent has named; the newest first. A run
  /// that is looked up has no merged one, and none of another repository.
  private static List<Long> numbers(Run run, Repository repository) {
    Set<Long> numbers = new LinkedHashSet<>();
    run.pullRequests().reversed().forEach(link -> numbers.add(link.pullRequest().number()));
    run.agent().mentioned().reversed().stream()
        .map(repository::numberOf)
        .flatMapToLong(OptionalLong::stream)
        .forEach(numbers::add);
    return new ArrayList<>(numbers);
  }
}
