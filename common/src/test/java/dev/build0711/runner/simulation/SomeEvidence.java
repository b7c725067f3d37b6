package dev.build0711.runner.simulation;

import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.testing.Runs;
import java.time.Instant;
import java.util.List;

/// Evidence of every kind, to be stored.
final class SomeEvidence {

  private static final Conversation SANDBOXED =
      new Conversation("main", Dialect.APP_V1, "1.11.0", "b8d7ffd0-4b7e-7c79-8c55-18f83057f265");

  private final Dice dice;

  SomeEvidence(Dice dice) {
    this.dice = dice;
  }

  Evidence ofLook() {
    return switch (dice.below(16)) {
      case 0 -> new Evidence.Preparing(Runs.CONVERSATION, "p");
      case 1 -> new Evidence.Prepared(Runs.CONVERSATION, "q");
      case 2, 3 -> Runs.started();
      case 4 -> new Evidence.ConversationStarted(SANDBOXED, null);
      case 5 -> new Evidence.StartUnclear(dice.chance(500) ? Runs.CONVERSATION : null);
      case 6 -> new Evidence.BackendFull();
      case 7 -> new Evidence.BackendSilent(Reason.BACKEND_UNREACHABLE, null);
      case 8 -> new Evidence.ConversationMissing();
      case 9 -> new Evidence.MessageTaken("after the message");
      case 10 -> new Evidence.MessageUnclear(true);
      case 11 -> new Evidence.ResultsCollected("a-branch", null, List.of());
      case 12 -> new Evidence.TimePassed(Evidence.Clocks.DEFAULT);
      default ->
          Runs.seen(
              dice.of(
                  List.of(
                      new AgentStatus.Working(),
                      new AgentStatus.Waiting(Reason.ANSWERED_IN_TEXT),
                      new AgentStatus.Finished(),
                      new AgentStatus.Failed(Reason.AGENT_ERROR))));
    };
  }

  Evidence ofGitHost(Instant now) {
    PullRequest.State state = dice.of(List.of(PullRequest.State.values()));
    return new Evidence.PullRequestSeen(
        Runs.pullRequest(1L + dice.below(3), state, now), LinkRule.BRANCH);
  }
}
