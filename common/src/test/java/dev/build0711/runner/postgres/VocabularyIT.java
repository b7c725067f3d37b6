package dev.build0711.runner.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.run.Agent;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.LinkRule;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Phase;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.testing.PostgresExtension;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VocabularyIT {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final Pattern WORD = Pattern.compile("'([^']*)'::text");

  static Stream<Arguments> vocabularies() {
    return Stream.of(
        arguments("run_status_word", words(RunStatus.values())),
        arguments("run_reason_word", words(Reason.values())),
        arguments("run_phase_word", words(Phase.values())),
        arguments("run_complete_on_word", words(CompleteOn.values())),
        arguments("run_agent_state_word", words(Agent.State.values())),
        arguments("run_git_provider_word", words(GitProvider.values())),
        arguments("run_event_type_word", words(RunEvent.Type.values())),
        arguments("pull_request_git_provider_word", words(GitProvider.values())),
        arguments("pull_request_state_word", words(PullRequest.State.values())),
        arguments("pull_request_rule_word", words(LinkRule.values())),
        arguments("run_message_state_word", words(Message.State.values())),
        arguments("backend_dialect_word", words(Dialect.values())),
        arguments("backend_failing_reason_word", silences()),
        arguments("webhook_delivery_git_provider_word", words(GitProvider.values())),
        arguments("webhook_delivery_outcome_word", words(DeliveryStore.Outcome.values())),
        arguments("webhook_delivery_rule_word", words(LinkRule.values())));
  }

  @ParameterizedTest
  @MethodSource("vocabularies")
  void theSchemaAllowsTheWordsOfTheCodeAndNoOthers(String constraint, List<String> words) {
    assertThat(allowed(constraint)).containsExactlyInAnyOrderElementsOf(words);
  }

  @Test
  void everyConstraintOnWordsIsCompared() {
    assertThat(
            POSTGRES.value(
                "select string_agg(conname, ' ' order by conname) from pg_constraint where conname like '%\\_word'"))
        .isEqualTo(
            String.join(" ", vocabularies().map(a -> (String) a.get()[0]).sorted().toList()));
  }

  @Test
  void theSchemaCallsTheSameStatusesTerminal() {
    List<String> terminal =
        words(Arrays.stream(RunStatus.values()).filter(RunStatus::terminal).toArray());

    assertThat(allowed("run_finished_iff_terminal")).containsExactlyInAnyOrderElementsOf(terminal);
  }

  private static List<String> allowed(String constraint) {
    String definition =
        POSTGRES.value(
            "select pg_get_constraintdef(oid) from pg_constraint where conname = '%s'"
                .formatted(constraint));
    return WORD.matcher(definition)
        .results()
        .map(MatchResult::group)
        .map(VocabularyIT::bare)
        .toList();
  }

  private static String bare(String quoted) {
    return quoted.substring(1, quoted.indexOf('\'', 1));
  }

  /// Why a backend can be silent.
  private static List<String> silences() {
    return words(Reason.values()).stream()
        .filter(word -> word.startsWith("backend_") && !word.equals("backend_full"))
        .toList();
  }

  private static List<String> words(Object[] constants) {
    return Arrays.stream(constants).map(Object::toString).toList();
  }
}
