package dev.build0711.runner.openhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.openhands.Said.Exchanged;
import dev.build0711.runner.port.AgentBackend.Collection.Harvest;
import dev.build0711.runner.port.AgentBackend.Collection.Unavailable;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Evidence.PreparationFailed;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import dev.build0711.runner.run.Evidence.StartRefused;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunLifecycle;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.Transition.Moved;
import dev.build0711.runner.testing.Runs;
import java.util.List;
import java.util.Set;

/// Whether what a backend made of answers may be made of them.
final class Judge {

  /// More than this is remembered of no conversation.
  private static final int MAX_MEMORY = 16_000;

  private static final Set<RunStatus> ALIVE = Set.of(RunStatus.RUNNING, RunStatus.AWAITING_INPUT);

  private Judge() {}

  /// @param call what was asked
  /// @param made what came of it
  /// @param exchanged all that went over the wire for it
  static void judge(String call, Object made, List<Exchanged> exchanged) {
    Said said = new Said(exchanged);
    List<?> all = made instanceof List<?> list ? list : List.of(made);
    for (Object one : all) {
      assertThat(shown(one)).as("what callers and operators see").doesNotContain(BadAnswers.MARK);
      assertThat(storable(one)).as("can be stored: " + one).isTrue();
      ends(one, said);
      if (one instanceof OfLook look) {
        run(look, said);
      }
    }
    if (call.contains("again") || call.equals("collect")) {
      acts(exchanged, said);
    }
  }

  /// Evidence without what is the agent's own, and without what only the next look reads.
  private static String shown(Object evidence) {
    return switch (evidence) {
      case AgentSeen(AgentLook look) -> {
        assertThat(look.cursor().length()).as("memory").isLessThan(MAX_MEMORY);
        yield new AgentLook(
                look.status(),
                look.news(),
                null,
                look.iterations(),
                look.maxIterations(),
                look.usage(),
                null,
                List.of(),
                look.userMessages(),
                look.version(),
                "")
            .toString();
      }
      case Harvest(ResultsCollected results, var artifacts) ->
          results.commit() + artifacts.stream().map(one -> one.name()).toList();
      case Evidence.MessageTaken taken -> "MessageTaken" + String.valueOf(taken.cursor()).length();
      case Evidence.MessageUnclear unclear -> "MessageUnclear" + unclear.sent();
      default -> evidence.toString();
    };
  }

  /// What PostgreSQL keeps as a text.
  private static boolean storable(Object evidence) {
    String text =
        evidence instanceof AgentSeen(AgentLook look)
            ? look.lastWords() + look.tasks() + look.links() + look.version() + look.status()
            : evidence.toString();
    return text.codePoints()
        .noneMatch(point ->
            point == 0 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE));
  }

  /// Whatever can end a run has to have been said.
  private static void ends(Object evidence, Said said) {
    boolean borneOut =
        switch (evidence) {
          case AgentSeen(AgentLook look) ->
              switch (look.status()) {
                case AgentStatus.Finished _ -> said.finished();
                case AgentStatus.Failed _ -> said.failed();
                case AgentStatus.NeverStarted _ -> said.neverStarted();
                default -> true;
              };
          case ConversationMissing _, Unavailable(ConversationMissing _) -> said.missing();
          case PreparationFailed _ -> said.badExit();
          case StartRefused(Reason why) ->
              said.refused()
                  || why == Reason.OPTION_UNSUPPORTED
                  || (why == Reason.PROFILE_UNKNOWN && said.profiles())
                  || (why == Reason.START_REFUSED && said.settings());
          default -> true;
        };
    assertThat(borneOut).as("the answers say so: " + evidence).isTrue();
  }

  private static void run(OfLook look, Said said) {
    Run running = Runs.working(CompleteOn.AGENT);
    if (RunLifecycle.next(running, look, running.updatedAt()) instanceof Moved moved) {
      RunStatus status = moved.run().status();
      assertThat(ALIVE.contains(status) || said.finished()).as("ended: " + status).isTrue();
      assertThat(moved.run().standing().toString()).doesNotContain(BadAnswers.MARK);
      assertThat(moved.events().toString()).doesNotContain(BadAnswers.MARK);
    }
  }

  /// What must not be done twice, or to somebody else, is not done because of a list that is none.
  private static void acts(List<Exchanged> exchanged, Said said) {
    boolean acted =
        exchanged.stream()
            .anyMatch(one ->
                one.method().equals("POST")
                    && one.path()
                        .matches(".*(/conversations|/app-conversations|/events|/message|/pause)"));
    assertThat(acted && !said.soundSearches()).as("acted on a list that is none").isFalse();
  }
}
