package dev.build0711.runner.app;

import static dev.build0711.runner.testing.Runs.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.MessageAccepted;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.MessageUnclear;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.Schedule;
import dev.build0711.runner.testing.Runs;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A message is sent by a look, once, however the look ends.
class PollRunMessagesTest extends PollRunFixture {

  @Test
  void aMessageIsSentByTheFirstLookThatCanHaveSeenIt() {
    stored(waiting(message(0)));
    backend.control = new MessageTaken("cursor-2");

    looked("tell Paint it green FIRST");

    assertThat(run().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(fate()).isEqualTo(Message.State.DELIVERED);
  }

  @Test
  void aMessageThatALookMayHaveSentBeforeItDiedIsSearchedForFirst() {
    stored(waiting(message(0)).with(new Schedule(T0, 3, 1)));
    backend.control = new MessageTaken("cursor-2");

    looked("tell Paint it green AGAIN");
  }

  @Test
  void aMessageThatAWorkingAgentMayStillTakeUpIsOnlySearchedFor() {
    Run working = after(Runs.working(CompleteOn.EITHER), new MessageAccepted(message(0)));
    stored(after(working, new MessageUnclear(true)).with(new Schedule(T0, 3, 1)));
    backend.control = new MessageUnclear(false);
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());
    now = now.plus(Duration.ofMinutes(2));

    looked("tell Paint it green SEARCH", "look after cursor-1");

    assertThat(fate()).isEqualTo(Message.State.WANTED);
  }

  @Test
  void aMessageThatIsOnlySearchedForIsNotSearchedForWithoutAPause() {
    stored(
        after(Runs.working(CompleteOn.EITHER), new MessageAccepted(message(0)))
            .with(new Schedule(T0, 3, 1)));
    backend.control = new MessageUnclear(false);
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());

    looked("tell Paint it green SEARCH", "look after cursor-1");

    assertThat(nextLook()).isAfter(now.plusSeconds(1));
  }

  @Test
  void theLookAfterAnUnclearAnswerReadsOnFromWhatTheAnswerRemembered() {
    stored(
        after(Runs.working(CompleteOn.EITHER), new MessageAccepted(message(0)))
            .with(new Schedule(T0, 3, 1)));
    backend.control = new MessageUnclear(true, "cursor-of-the-answer");
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Working());

    looked("tell Paint it green SEARCH", "look after cursor-of-the-answer");
  }

  @Test
  void aMessageThatARestingAgentCanHaveMissedIsSentAgainAfterAMinute() {
    Run tried = after(waiting(message(0)), new MessageUnclear(true)).with(new Schedule(T0, 3, 1));
    stored(tried);
    backend.control = new MessageUnclear(false);
    backend.look = (AgentSeen) Runs.seen(new AgentStatus.Waiting(Reason.ANSWERED_IN_TEXT));
    now = T0.plusSeconds(64);

    looked("tell Paint it green SEARCH", "look after cursor-1");
    now = T0.plusSeconds(80);
    backend.control = new MessageTaken("cursor-3");

    looked("tell Paint it green SEARCH", "look after cursor-1", "tell Paint it green AGAIN");
  }

  private Message.State fate() {
    Message message = run().message();
    if (message == null) {
      throw new AssertionError("no message is known");
    }
    return message.state();
  }
}
