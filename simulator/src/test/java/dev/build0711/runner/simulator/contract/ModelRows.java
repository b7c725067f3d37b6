package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Reason;
import java.util.List;

/// What becomes of a run whose language model fails.
final class ModelRows {

  private static final String UNHEARD = "nobody has heard what it says of that";
  private static final String SHORTENS =
      "its agent forgets the oldest of what it knows and tries again, until its limit of steps";
  private static final String RESTS = "its agent rests in `rate_limited` and has not failed";

  private ModelRows() {}

  static final List<Row> ROWS =
      List.of(
          fails("400", Reason.LLM_REFUSED).cannot(Dialect.APP_V0, UNHEARD),
          fails("401", Reason.LLM_AUTHENTICATION),
          fails("403", Reason.LLM_UNAVAILABLE),
          fails("404", Reason.LLM_REFUSED).cannot(Dialect.APP_V0, UNHEARD),
          fails("429", Reason.LLM_UNAVAILABLE).cannot(Dialect.APP_V0, RESTS),
          fails("500", Reason.LLM_UNAVAILABLE),
          fails("502", Reason.LLM_UNAVAILABLE),
          fails("503", Reason.LLM_UNAVAILABLE),
          fails("quota", Reason.LLM_QUOTA).cannot(Dialect.APP_V0, RESTS),
          fails("context", Reason.CONTEXT_LIMIT).cannot(Dialect.APP_V0, SHORTENS),
          fails("hangup", Reason.LLM_UNAVAILABLE),
          fails("garbage", Reason.LLM_UNAVAILABLE)
              .onlySimulated("real agents ask for a stream, and one without words is no failure"),
          fails("timeout", Reason.LLM_UNAVAILABLE).cannot(Dialect.APP_V0, UNHEARD),
          fails("no-key", Reason.LLM_AUTHENTICATION)
              .cannot(Dialect.APP_V0, UNHEARD)
              .onlySimulated("no language model can take away the key that it is asked with"));

  private static Row fails(String llm, Reason reason) {
    return Row.of(
            "c.9 language model %s: the agent has failed with %s".formatted(llm, reason),
            play ->
                assertThat(play.start("error llm=" + llm).untilRest().status())
                    .isEqualTo(new AgentStatus.Failed(reason)))
        .cannotBefore(Dialect.APP_V1, "1.0", "it tells no reason of a failure");
  }
}
