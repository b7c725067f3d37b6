package dev.build0711.runner.simulation;

import dev.build0711.runner.port.GitDelivery;
import dev.build0711.runner.port.GitEvent;
import dev.build0711.runner.port.GitEvent.CommentCreated;
import dev.build0711.runner.port.GitEvent.PullRequestShown;
import dev.build0711.runner.port.GitEvent.Shown;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.PullRequest.State;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The git host: pull requests that agents and strangers open, and deliveries that tell of them.
final class SimulatedGitHost {

  private static final String DIGEST = "0".repeat(64);
  private static final String SHA = "ada6dec36d2fa2530444998f1ae421fcb8cacffc";
  private static final long FORK = 77;

  private final World world;
  private final Marker marker;
  private final Map<Long, Opened> opened = new HashMap<>();
  private final List<Posting> postings = new ArrayList<>();
  private long numbers;
  private long keys;

  /// A pull request and whose it is.
  private record Opened(@Nullable RunId run, PullRequest pullRequest, String text) {}

  /// A delivery that waits to be made.
  record Posting(GitDelivery delivery, Instant due) {}

  SimulatedGitHost(World world, Marker marker) {
    this.world = world;
    this.marker = marker;
  }

  /// The agent of a run opens a pull request, by whose branch or text the run can be known.
  void open(Run run) {
    Repository repository = run.spec().repository();
    Repository target = repository == null ? Clients.REPOSITORIES.getFirst() : repository;
    boolean marked = repository == null || world.dice().chance(500);
    String branch = marked ? "a-branch" : "openhands/" + run.id();
    open(run.id(), target, branch, target.id(), marked ? marker.of(run.id()) : "");
    if (repository != null && world.faults().strikes(Fault.WEBHOOK_FOREIGN, 300)) {
      openForeign(run, repository);
    }
  }

  /// Somebody copies what marks the run's own: into another repository, or from a fork.
  private void openForeign(Run run, Repository repository) {
    if (world.dice().chance(500)) {
      Repository other = Clients.ELSEWHERE;
      open(null, other, "openhands/" + run.id(), other.id(), marker.of(run.id()));
    } else {
      open(null, repository, "openhands/" + run.id(), FORK, "");
    }
  }

  private void open(
      @Nullable RunId run,
      Repository repository,
      String branch,
      @Nullable Long headRepository,
      String text) {
    Instant now = world.time().instant();
    long number = ++numbers;
    PullRequest pull =
        new PullRequest(
            repository,
            number,
            "https://" + repository.host() + '/' + number,
            State.OPEN,
            world.dice().chance(300),
            branch,
            SHA,
            headRepository,
            null,
            now,
            now);
    opened.put(number, new Opened(run, pull, text));
    show(number);
  }

  /// Somebody merges, closes or comments on a pull request.
  void act() {
    if (numbers == 0) {
      return;
    }
    long number = 1L + world.dice().below((int) numbers);
    Opened before = opened.get(number);
    if (before == null) {
      return;
    }
    if (world.dice().chance(300)) {
      String url = before.pullRequest().url() + "#" + keys;
      post(new CommentCreated(before.pullRequest().repository(), number, null, url));
      return;
    }
    State state = world.dice().chance(600) ? State.MERGED : State.CLOSED;
    if (before.pullRequest().state() != State.MERGED) {
      PullRequest after = at(before.pullRequest(), state, world.time().instant());
      opened.put(number, new Opened(before.run(), after, before.text()));
    }
    show(number);
  }

  private static PullRequest at(PullRequest pull, State state, Instant now) {
    return new PullRequest(
        pull.repository(),
        pull.number(),
        pull.url(),
        state,
        pull.draft(),
        pull.headBranch(),
        pull.headSha(),
        pull.headRepositoryId(),
        null,
        pull.createdAt(),
        now);
  }

  private void show(long number) {
    Opened it = opened.get(number);
    if (it != null) {
      post(new PullRequestShown(new Shown(it.pullRequest(), it.text())));
    }
  }

  private void post(GitEvent event) {
    Faults faults = world.faults();
    GitDelivery delivery = new GitDelivery("github", "d" + ++keys, "a kind", DIGEST, event);
    Instant now = world.time().instant();
    if (faults.strikes(Fault.WEBHOOK_MISSING, 200)) {
      return;
    }
    Instant due = now.plusSeconds(1);
    if (faults.strikes(Fault.WEBHOOK_LATE, 200)) {
      due = now.plusSeconds(world.dice().below(1_800));
    }
    postings.add(new Posting(delivery, due));
    if (faults.strikes(Fault.WEBHOOK_DOUBLED, 200)) {
      postings.add(new Posting(delivery, due.plusSeconds(world.dice().below(600))));
    }
  }

  /// Takes a delivery that is due; null where none is.
  @Nullable Posting take() {
    for (int i = 0; i < postings.size(); i++) {
      if (!postings.get(i).due().isAfter(world.time().instant())) {
        return postings.remove(i);
      }
    }
    return null;
  }

  /// A delivery that nobody has taken is made again.
  void again(Posting posting) {
    postings.add(new Posting(posting.delivery(), world.time().instant().plusSeconds(10)));
  }

  /// When the next delivery is due, null where none is.
  @Nullable Instant next() {
    Instant next = null;
    for (Posting one : postings) {
      if (next == null || one.due().isBefore(next)) {
        next = one.due();
      }
    }
    return next;
  }

  /// Whether the pull request was opened by the run's own agent.
  boolean belongs(long number, RunId run) {
    Opened it = opened.get(number);
    return it != null && run.equals(it.run());
  }

  boolean merged(long number) {
    Opened it = opened.get(number);
    return it != null && it.pullRequest().state() == State.MERGED;
  }
}
