package dev.build0711.runner.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunStatus;
import org.jspecify.annotations.Nullable;

/// What has to be so when everything has come to rest, whatever went wrong before.
final class Ending {

  private Ending() {}

  /// Repeats a request that was not answered, lets the runner go on, and looks at the end.
  static void check(Lane lane, Stage stage, @Nullable RunId id) {
    lane.mend();
    if (stage.repeated()) {
      stage.act(lane.cases(), id);
    }
    lane.cases().setAside();
    lane.cases().putBack();
    lane.cases().tendDeliveries();
    lane.settle();
    assertThat(lane.runs()).hasSize(stage.runs());
    lane.runs().forEach(run -> settled(lane, lane.run(run), stage.end()));
    assertThat(lane.openHands().conversations()).isEqualTo(stage.conversations());
    assertThat(lane.openHands().prompts("Paint the shed")).isEqualTo(stage.conversations());
    assertThat(lane.count("run_message where state <> 'wanted'")).isEqualTo(stage.messages());
    assertThat(lane.count("run_message where state = 'delivered'"))
        .isEqualTo(lane.openHands().prompts(UseCases.MESSAGE));
    if (stage == Stage.MESSAGE) {
      // of one whose telling was broken off nobody knows, so that the end may come before it
      assertThat(lane.openHands().prompts(UseCases.MESSAGE)).isOne();
    }
    assertThat(lane.count("webhook_delivery")).isEqualTo(stage.deliveries());
    assertThat(lane.count("webhook_delivery where outcome = 'applied'"))
        .isEqualTo(stage.deliveries());
    assertThat(lane.count("pull_request")).isEqualTo(stage.pullRequests());
  }

  /// The run has ended so, it holds nothing, and its history has no gap.
  static void settled(Lane lane, Run run, RunStatus end) {
    assertThat(run.status()).as("%s", run).isEqualTo(end);
    rests(lane, run);
  }

  static void rests(Lane lane, Run run) {
    assertThat(run.status().terminal()).as("%s", run).isTrue();
    assertThat(run.agent().place()).isNull();
    assertThat(run.schedule().nextPollAt()).isNull();
    assertThat(
            lane.value(
                "select string_agg(seq::text, ' ' order by seq) from run_event where run_id = '%s'"
                    .formatted(run.id().value())))
        .isEqualTo(numbers(run.eventCount()));
    assertThat(
            lane.count(
                "run_event where type = 'conversation.started' and run_id = '"
                    + run.id().value()
                    + "'"))
        .isLessThanOrEqualTo(1);
    assertThat(lane.conversation(run.id())).doesNotContain("\"execution_status\":\"running\"");
  }

  private static String numbers(int most) {
    return java.util.stream.IntStream.rangeClosed(1, most)
        .mapToObj(Integer::toString)
        .collect(java.util.stream.Collectors.joining(" "));
  }
}
