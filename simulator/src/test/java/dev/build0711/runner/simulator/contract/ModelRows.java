package dev.build0711.runner.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Reason;
import java.util.List;

/// What becomes of a run whose language model fails.
final class ModelRows {

  private static final String V0_WORDS = "it tells failures in words of its own";

  private ModelRows() {}

  static final List<Row> ROWS =
      List.of(
          fails("400", Reason.LLM_REFUSED),
          fails("401", Reason.LLM_AUTHENTICATION),
          fails("403", Reason.LLM_UNAVAILABLE),
          fails("404", Reason.LLM_REFUSED),
          fails("429", Reason.LLM_UNAVAILABLE),
          fails("500", Reason.LLM_UNAVAILABLE),
          fails("502", Reason.LLM_UNAVAILABLE),
          fails("503", Reason.LLM_UNAVAILABLE),
          fails("quota", Reason.LLM_QUOTA),
          fails("context", Reason.CONTEXT_LIMIT),
          fails("hangup", Reason.LLM_UNAVAILABLE),
          fails("garbage", Reason.LLM_UNAVAILABLE),
          fails("timeout", Reason.LLM_UNAVAILABLE),
          fails("no-key", Reason.LLM_AUTHENTICATION));

  private static Row fails(String llm, Reason reason) {
    return Row.of(
            "c.9 language model %s: the agent has failed with %s".formatted(llm, reason),
            play ->
                assertThat(play.start("error llm=" + llm).untilRest().status())
                    .isEqualTo(new AgentStatus.Failed(reason)))
        .cannot(Dialect.APP_V0, V0_WORDS);
  }
}
