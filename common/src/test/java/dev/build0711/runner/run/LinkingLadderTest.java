package dev.build0711.runner.run;

import static dev.build0711.runner.testing.Runs.T0;
import static dev.build0711.runner.testing.Runs.WIDGETS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.LinkingLadder.Hit;
import dev.build0711.runner.testing.Runs;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LinkingLadderTest {

  private static final String SHA = "ada6dec36d2fa2530444998f1ae421fcb8cacffc";
  private static final RunId OTHER = RunId.parse("run_01jxt21q00evbtjdy1htk3rf4f");
  private static final Repository GADGETS =
      new Repository(GitProvider.GITHUB, "github.com", "acme/gadgets", 900_000_002L);
  private static final String CONVERSATION = Runs.CONVERSATION.id();
  private static final String DASHED = "b8d7ffd0-4b7e-7c79-8c55-18f83057f265";

  private final Run run = Runs.working(CompleteOn.EITHER);
  private final Run other = Runs.named(run, OTHER);

  @Test
  void anAttachedPullRequestStaysWithItsRunWhateverItsTextSaysNow() {
    Run linked = linked(run, 7, LinkRule.CONVERSATION_LINK);

    var hit = link(pull(7), clues().marker(OTHER), List.of(other, linked));

    assertThat(hit).contains(new Hit(linked, LinkRule.CONVERSATION_LINK));
  }

  @Test
  void aMarkerBeatsTheReservedBranchOfAnotherRun() {
    var clues = clues().marker(OTHER).branch("openhands/" + run.id());

    assertThat(link(pull(7), clues, List.of(run, other))).contains(new Hit(other, LinkRule.MARKER));
  }

  @Test
  void aMarkerOfAnotherRepositorysRunLinksNothing() {
    assertThat(link(pull(7), clues().at(GADGETS).marker(run.id()), List.of(run))).isEmpty();
  }

  @Test
  void aMarkerLinksARunThatHasNoRepository() {
    Run bare = Runs.in(run, null);

    assertThat(link(pull(7), clues().marker(run.id()), List.of(bare)))
        .contains(new Hit(bare, LinkRule.MARKER));
  }

  @Test
  void noOtherRuleLinksARunThatHasNoRepository() {
    Run bare = mentioning(Runs.in(run, null), "https://github.com/acme/widgets/pull/7");
    var clues =
        clues()
            .branch("openhands/" + run.id())
            .conversation(CONVERSATION)
            .url("https://github.com/acme/widgets/pull/7");

    assertThat(link(pull(7), clues, List.of(bare))).isEmpty();
    assertThat(LinkingLadder.attach(clues.build(), List.of(bare))).isEmpty();
  }

  @Test
  void theReservedBranchOfTheRunLinks() {
    assertThat(link(pull(7), clues().branch("openhands/" + run.id()), List.of(other, run)))
        .contains(new Hit(run, LinkRule.BRANCH));
  }

  @Test
  void theReservedBranchOfItsConversationLinksWithAndWithoutDashes() {
    for (String id : List.of(CONVERSATION, DASHED)) {
      assertThat(link(pull(7), clues().branch("openhands/" + id), List.of(run)))
          .contains(new Hit(run, LinkRule.BRANCH));
    }
  }

  @Test
  void aConversationWrittenWithDashesByItsBackendIsTheSameOne() {
    Run dashed = talking(run, new Conversation("main", Dialect.AGENT_SERVER, null, DASHED));

    assertThat(link(pull(7), clues().branch("openhands/" + CONVERSATION), List.of(dashed)))
        .isPresent();
    assertThat(link(pull(7), clues().conversation(CONVERSATION), List.of(dashed))).isPresent();
  }

  @Test
  void aBranchThatIsOnlyLikeAReservedOneLinksNothing() {
    for (String branch :
        List.of(
            "openhands/" + run.id() + "-docs",
            "openhands/" + run.id() + "/2",
            "feature/openhands/" + run.id(),
            "openhands/" + run.id().toString().toUpperCase(java.util.Locale.ROOT),
            "Openhands/" + run.id(),
            "openhands/" + CONVERSATION + "0",
            "openhands/b8d7-ffd04b7e7c798c5518f83057f265",
            "openhands/",
            "openhands",
            run.id().toString())) {
      assertThat(link(pull(7), clues().branch(branch), List.of(run))).as(branch).isEmpty();
    }
  }

  @Test
  void aBranchInAForkIsNoClue() {
    assertThat(link(pull(7), clues().branch(null), List.of(run))).isEmpty();
  }

  @Test
  void aReservedBranchInAnotherRepositoryLinksNothing() {
    var clues = clues().at(GADGETS).branch("openhands/" + run.id());

    assertThat(link(pull(7), clues, List.of(run))).isEmpty();
    assertThat(LinkingLadder.attach(clues.build(), List.of(run))).isEmpty();
  }

  @Test
  void theSamePathOnAnotherHostIsAnotherRepository() {
    var mirror =
        new Repository(GitProvider.GITHUB, "git.example.com", "acme/widgets", 900_000_001L);

    assertThat(link(pull(7), clues().at(mirror).branch("openhands/" + run.id()), List.of(run)))
        .isEmpty();
  }

  @Test
  void theSameNumberOnAnotherKindOfHostIsAnotherRepository() {
    var posing = new Repository(GitProvider.GITLAB, "github.com", "acme/widgets", 900_000_001L);

    assertThat(link(pull(7), clues().at(posing).marker(run.id()), List.of(run))).isEmpty();
  }

  @Test
  void aRenamedRepositoryIsStillTheRuns() {
    var renamed =
        new Repository(GitProvider.GITHUB, "github.com", "acme/widgets-core", 900_000_001L);

    assertThat(link(pull(7), clues().at(renamed).branch("openhands/" + run.id()), List.of(run)))
        .isPresent();
  }

  @Test
  void anotherRepositoryThatTookTheOldNameIsNot() {
    var squatter = new Repository(GitProvider.GITHUB, "github.com", "acme/widgets", 900_000_666L);

    assertThat(link(pull(7), clues().at(squatter).branch("openhands/" + run.id()), List.of(run)))
        .isEmpty();
  }

  @Test
  void aLinkToTheConversationLinks() {
    assertThat(link(pull(7), clues().conversation(CONVERSATION), List.of(other, run)))
        .isEmpty(); // both runs of this test share the conversation: not guessed
    assertThat(link(pull(7), clues().conversation(CONVERSATION), List.of(run)))
        .contains(new Hit(run, LinkRule.CONVERSATION_LINK));
  }

  @Test
  void linksToTheConversationsOfTwoRunsSayNothing() {
    Run another =
        talking(other, new Conversation("main", Dialect.AGENT_SERVER, null, "0".repeat(32)));
    var clues = clues().conversation(CONVERSATION).conversation("0".repeat(32));

    assertThat(link(pull(7), clues, List.of(run, another))).isEmpty();
  }

  @Test
  void whatTheAgentNamedLinksFromTheSecondItStartedIn() {
    String url = "https://github.com/acme/widgets/pull/7";
    Run naming = mentioning(startedAt(run, T0.plusMillis(1_900)), url);

    assertThat(link(created(T0.plusSeconds(1)), clues().url(url), List.of(naming)))
        .contains(new Hit(naming, LinkRule.BACKEND));
    assertThat(link(created(T0.plusMillis(999)), clues().url(url), List.of(naming))).isEmpty();
  }

  @Test
  void whatTheAgentNamedBeforeItStartedOrElsewhereLinksNothing() {
    String url = "https://github.com/acme/widgets/pull/7";
    Run naming = mentioning(startedAt(run, null), url);
    Run elsewhere = mentioning(Runs.in(startedAt(run, T0), GADGETS), url);

    assertThat(link(created(T0.plusSeconds(9)), clues().url(url), List.of(naming))).isEmpty();
    assertThat(link(created(T0.plusSeconds(9)), clues().url(url), List.of(elsewhere))).isEmpty();
  }

  @Test
  void aCommitThatTheAgentLeftLinksFromTheSecondItStartedIn() {
    Run left = leaving(startedAt(run, T0.plusMillis(1_900)), SHA);
    Run otherCommit = leaving(startedAt(other, T0), "4ce62f1c1b0bb1e6dc2bbe2d25d5b4a2c6cd4a6b");

    assertThat(link(created(T0.plusSeconds(1)), clues().head(SHA), List.of(otherCommit, left)))
        .contains(new Hit(left, LinkRule.HEAD_SHA));
    assertThat(link(created(T0.plusMillis(999)), clues().head(SHA), List.of(left))).isEmpty();
  }

  @Test
  void aCommitOfAnotherRepositoryOrOfTwoRunsLinksNothing() {
    Run left = leaving(startedAt(run, T0), SHA);
    Run twin = leaving(startedAt(other, T0), SHA);
    PullRequest shown = created(T0.plusSeconds(9));

    assertThat(link(shown, clues().head(SHA), List.of(Runs.in(left, GADGETS)))).isEmpty();
    assertThat(link(shown, clues().head(SHA), List.of(left, twin))).isEmpty();
    assertThat(link(shown, clues().head(SHA).marker(run.id()), List.of(left, twin)))
        .contains(new Hit(left, LinkRule.MARKER));
  }

  @Test
  void aPullRequestNobodyPointsAtIsNotGuessed() {
    assertThat(link(pull(7), clues().branch("chore/linter"), List.of(run, other))).isEmpty();
    assertThat(link(pull(7), clues(), List.of())).isEmpty();
  }

  @Test
  void aSecondPullRequestFromTheBranchOfTheFirstIsNotTakenForIt() {
    Run linked = linked(run, 7, LinkRule.MARKER);
    PullRequest second = pull(8);

    assertThat(link(second, clues().branch("fix/cart"), List.of(linked))).isEmpty();
  }

  @Test
  void activityAttachesByTheNumberOfAnAttachedPullRequest() {
    Run linked = linked(run, 7, LinkRule.MARKER);

    assertThat(attach(clues().number(7), linked)).contains(new Hit(linked, LinkRule.MARKER));
    assertThat(attach(clues().number(8), linked)).isEmpty();
    assertThat(attach(clues().number(7).at(GADGETS), linked)).isEmpty();
  }

  @Test
  void activityAttachesByTheHeadOfAnAttachedPullRequest() {
    Run linked = linked(run, 7, LinkRule.MARKER);

    assertThat(attach(clues().head(SHA), linked)).contains(new Hit(linked, LinkRule.MARKER));
    assertThat(attach(clues().head("0".repeat(40)), linked)).isEmpty();
    assertThat(attach(clues().head(SHA), run)).isEmpty();
    assertThat(attach(clues().head(SHA).at(GADGETS), linked)).as("a fork of it").isEmpty();
  }

  @Test
  void aCommitThatHeadsPullRequestsOfTwoRunsAttachesToNeither() {
    Run linked = linked(run, 7, LinkRule.MARKER);
    Run too = linked(other, 8, LinkRule.MARKER);

    assertThat(LinkingLadder.attach(clues().head(SHA).build(), List.of(linked, too))).isEmpty();
  }

  @Test
  void activityAttachesByTheReservedBranch() {
    assertThat(attach(clues().branch("openhands/" + run.id()), run))
        .contains(new Hit(run, LinkRule.BRANCH));
    assertThat(attach(clues().branch("main"), run)).isEmpty();
  }

  @Test
  void activityNeverAttachesByMarkerLinkOrMention() {
    Run naming = mentioning(run, "https://github.com/acme/widgets/pull/7");
    var clues =
        clues()
            .marker(run.id())
            .conversation(CONVERSATION)
            .url("https://github.com/acme/widgets/pull/7");

    assertThat(attach(clues, naming)).isEmpty();
  }

  private static Optional<Hit> link(PullRequest pull, Pointing clues, List<Run> runs) {
    return LinkingLadder.link(pull, clues.build(), runs);
  }

  private static Optional<Hit> attach(Pointing clues, Run run) {
    return LinkingLadder.attach(clues.build(), List.of(run));
  }

  private static PullRequest pull(long number) {
    return Runs.pullRequest(number, PullRequest.State.OPEN, T0.plusSeconds(60));
  }

  private static PullRequest created(Instant at) {
    return pull(7, PullRequest.State.OPEN, "fix/cart", at);
  }

  private static PullRequest pull(
      long number, PullRequest.State state, String branch, Instant created) {
    return new PullRequest(
        WIDGETS,
        number,
        "https://github.com/acme/widgets/pull/" + number,
        state,
        false,
        branch,
        SHA,
        WIDGETS.id(),
        null,
        created,
        created);
  }

  private static Run linked(Run run, long number, LinkRule rule) {
    return linked(run, number, rule, PullRequest.State.OPEN, "openhands/" + run.id());
  }

  private static Run linked(
      Run run, long number, LinkRule rule, PullRequest.State state, String branch) {
    PullRequest pull = pull(number, state, branch, T0);
    return run.withPullRequests(List.of(new LinkedPullRequest(pull, rule, T0)));
  }

  private static Run mentioning(Run run, String url) {
    return run.with(run.agent().withMentioned(List.of(url)));
  }

  private static Run leaving(Run run, String commit) {
    Result result = new Result(null, null, commit, List.of());
    return run.with(new Work(run.work().progress(), run.work().usage(), result));
  }

  private static Run talking(Run run, Conversation conversation) {
    return new Run(
        run.id(),
        run.spec(),
        run.repository(),
        run.standing(),
        run.work(),
        run.agent().withConversation(conversation, null, T0),
        List.of(),
        run.message(),
        run.pullRequests(),
        run.schedule(),
        run.version(),
        run.eventCount(),
        run.createdAt(),
        run.updatedAt());
  }

  private static Run startedAt(Run run, @Nullable Instant started) {
    Standing old = run.standing();
    return run.with(
        new Standing(
            old.status(),
            old.reason(),
            old.phase(),
            old.revision(),
            started,
            old.finishedAt(),
            old.deadlineAt()));
  }

  private static Pointing clues() {
    return new Pointing(new Clues(WIDGETS, List.of(), List.of(), null, null, List.of(), null));
  }

  /// Clues, one after the other.
  private record Pointing(Clues build) {

    Pointing at(Repository repository) {
      return with(repository, build.numbers(), build.headShas(), build.marker(), build.branch());
    }

    Pointing number(long number) {
      return with(
          build.repository(), List.of(number), build.headShas(), build.marker(), build.branch());
    }

    Pointing head(String sha) {
      return with(
          build.repository(), build.numbers(), List.of(sha), build.marker(), build.branch());
    }

    Pointing marker(RunId id) {
      return with(build.repository(), build.numbers(), build.headShas(), id, build.branch());
    }

    Pointing branch(@Nullable String branch) {
      return with(build.repository(), build.numbers(), build.headShas(), build.marker(), branch);
    }

    Pointing conversation(String id) {
      var all = new java.util.ArrayList<>(build.conversations());
      all.add(id);
      return new Pointing(
          new Clues(
              build.repository(),
              build.numbers(),
              build.headShas(),
              build.marker(),
              build.branch(),
              all,
              build.url()));
    }

    Pointing url(String url) {
      return new Pointing(
          new Clues(
              build.repository(),
              build.numbers(),
              build.headShas(),
              build.marker(),
              build.branch(),
              build.conversations(),
              url));
    }

    private Pointing with(
        Repository repository,
        List<Long> numbers,
        List<String> shas,
        @Nullable RunId marker,
        @Nullable String branch) {
      return new Pointing(
          new Clues(repository, numbers, shas, marker, branch, build.conversations(), build.url()));
    }
  }
}
