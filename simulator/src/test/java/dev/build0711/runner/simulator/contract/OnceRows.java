package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.MessageUnclear;
import java.util.List;
import java.util.stream.Stream;

/// Whatever becomes of an answer, a prompt and a message arrive, and arrive once.
final class OnceRows {

  private static final String NO_ORDERS = "a real server cannot be ordered to fail";
  private static final String TEXT = "[[scenario: finish tasks=1]] and the fence";

  private OnceRows() {}

  /// How an answer is lost.
  private record Loss(String how, String fault) {}

  private static final List<Loss> LOSSES =
      List.of(
          new Loss("a hang-up before it was done", "\"do\":\"hang_up\""),
          new Loss("a hang-up after it was done", "\"do\":\"hang_up\",\"effect\":true"),
          new Loss("half an answer", "\"do\":\"truncate\""),
          new Loss("an answer that is no JSON", "\"do\":\"garbage\""),
          new Loss("502 before it was done", answer(502, false)),
          new Loss("502 after it was done", answer(502, true)),
          new Loss("504 after it was done", answer(504, true)),
          new Loss("500 before it was done", answer(500, false)),
          new Loss("500 after it was done", answer(500, true)),
          new Loss("503 before it was done", answer(503, false)));

  static final List<Row> ROWS =
      Stream.of(
              LOSSES.stream().map(OnceRows::start),
              LOSSES.stream().map(OnceRows::message),
              searches())
          .flatMap(rows -> rows)
          .toList();

  private static Row start(Loss loss) {
    return Row.of(
            "11 start lost by %s: the agent begins, once".formatted(loss.how()),
            play -> {
              Order order = play.order("finish tasks=1", AgentOptions.NONE);
              play.fault(Ask.START, 1, loss.fault());
              play.insist(order).untilRest();
              assertThat(play.stage().prompts(order.id().toString())).isOne();
            })
        .onlySimulated(NO_ORDERS);
  }

  private static Row message(Loss loss) {
    return Row.of(
            "11 message lost by %s: it arrives, once".formatted(loss.how()),
            play -> {
              play.start("text").untilRest();
              play.fault(Ask.TELL, 1, loss.fault());
              assertThat(play.insist(TEXT)).isInstanceOf(MessageTaken.class);
              assertThat(play.untilRest().userMessages()).isEqualTo(2);
              assertThat(play.stage().prompts("and the fence")).isOne();
            })
        .onlySimulated(NO_ORDERS);
  }

  private static Stream<Row> searches() {
    return Stream.of(
        Row.of(
            "c.6 search: a message that was never sent is not found, and not sent",
            play -> {
              play.start("text").untilRest();
              assertThat(play.tell(TEXT, null, Sending.SEARCH))
                  .isEqualTo(new MessageUnclear(false));
              play.stage().pass(Play.LIMIT);
              assertThat(play.untilRest().userMessages()).isOne();
            }),
        Row.of(
            "c.6 search: a message that was never sent is sent when it is tried again",
            play -> {
              play.start("text").untilRest();
              assertThat(play.tell(TEXT, null, Sending.AGAIN)).isInstanceOf(MessageTaken.class);
              play.stage().pass(Play.LIMIT);
              play.until("the message", look -> look.userMessages() == 2);
            }),
        Row.of(
            "c.6 search: a message that has arrived is found",
            play -> {
              play.start("text").untilRest();
              play.tell(TEXT, null);
              play.until("the message", look -> look.userMessages() == 2);
              assertThat(play.tell(TEXT, null, Sending.SEARCH)).isInstanceOf(MessageTaken.class);
            }),
        Row.of(
            "c.6 search: a message that has arrived is not sent again",
            play -> {
              play.start("text").untilRest();
              play.tell(TEXT, null);
              play.untilRest();
              assertThat(play.tell(TEXT, null, Sending.AGAIN)).isInstanceOf(MessageTaken.class);
              assertThat(play.untilRest().userMessages()).isEqualTo(2);
            }),
        Row.of(
            "c.6 search: a message with the words of an earlier one is another",
            play -> {
              play.start("text").untilRest();
              play.tell(TEXT, null);
              play.untilRest();
              assertThat(play.tellAfter(1, TEXT, Sending.SEARCH))
                  .isEqualTo(new MessageUnclear(false));
              assertThat(play.tellAfter(1, TEXT, Sending.AGAIN)).isInstanceOf(MessageTaken.class);
              play.until("both messages", look -> look.userMessages() == 3);
            }));
  }

  private static String answer(int status, boolean effect) {
    return "\"do\":\"answer\",\"status\":%d,\"effect\":%s".formatted(status, effect);
  }
}
