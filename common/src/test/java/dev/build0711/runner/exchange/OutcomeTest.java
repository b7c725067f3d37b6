package dev.build0711.runner.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.Outcome.Line;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.exchange.Reply.Broken;
import dev.build0711.runner.exchange.Reply.Content;
import dev.build0711.runner.exchange.Reply.NotJson;
import dev.build0711.runner.exchange.Reply.NotSent;
import dev.build0711.runner.exchange.Reply.TimedOut;
import dev.build0711.runner.exchange.Reply.TooLarge;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class OutcomeTest {

  private static final Duration SOON = Duration.ofSeconds(7);
  private static final Set<Integer> UNAUTHORIZED = Set.of(401, 403);
  private static final Set<Integer> UNCLEAR = Set.of(502, 504);

  @Test
  void everyStatusIsInExactlyOneLine() {
    int next = 100;
    for (Line line : Outcome.TABLE) {
      assertThat(line.first()).as("%s", line).isEqualTo(next);
      assertThat(line.last()).as("%s", line).isGreaterThanOrEqualTo(line.first());
      next = line.last() + 1;
    }
    assertThat(next).isEqualTo(1000);
  }

  @Test
  void everyStatusThatNobodyUnderstandsIsSilenceAndOnlyThatOfAProxyIsUnclear() {
    for (int status = 100; status <= 599; status++) {
      BackendSilent silent = new BackendSilent(expected(status), SOON);
      for (Reply reply : List.of(json(status), new NotJson(status, SOON))) {
        assertThat(reply.silence()).as("%d", status).isEqualTo(silent);
        assertThat(reply.unclear()).as("%d", status).isEqualTo(UNCLEAR.contains(status));
      }
      assertThat(new TooLarge(status).unclear()).as("%d", status).isTrue();
      assertThat(new TooLarge(status).silence().why()).isEqualTo(expected(status));
    }
  }

  private static Reply json(int status) {
    return new Answer(status, JsonNodeFactory.instance.objectNode(), SOON);
  }

  private static Reason expected(int status) {
    if (UNAUTHORIZED.contains(status)) {
      return Reason.BACKEND_UNAUTHORIZED;
    }
    return status == 408 || status == 429 || status >= 500
        ? Reason.BACKEND_ERROR
        : Reason.BACKEND_BAD_ANSWER;
  }

  @Test
  void withoutAnAnswerTheBackendIsUnreachableAndWhatWasSentMayHaveBeenDone() {
    BackendSilent unreachable = new BackendSilent(Reason.BACKEND_UNREACHABLE, null);
    assertThat(List.of(new TimedOut(), new Broken()))
        .allSatisfy(reply -> assertThat(reply.silence()).isEqualTo(unreachable))
        .allSatisfy(reply -> assertThat(reply.unclear()).isTrue());
    assertThat(new NotSent().silence()).isEqualTo(unreachable);
    assertThat(new NotSent().unclear()).isFalse();
  }

  @Test
  void aFileInPlaceOfWhatWasAskedIsABadAnswer() {
    Content file = new Content(new byte[0], false);
    assertThat(file.silence()).isEqualTo(new BackendSilent(Reason.BACKEND_BAD_ANSWER, null));
    assertThat(file.unclear()).isFalse();
  }
}
