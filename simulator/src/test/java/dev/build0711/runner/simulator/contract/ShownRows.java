package dev.build0711.runner.simulator.contract;

import static dev.build0711.runner.run.Dialect.AGENT_SERVER;
import static dev.build0711.runner.run.Dialect.APP_V0;
import static dev.build0711.runner.run.Dialect.APP_V1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Progress.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What is told of an agent beside its status: its words, plan, steps, links and cost.
final class ShownRows {

  private static final String GITHUB = "https://github.com/acme/widgets/pull/41";
  private static final String GITLAB = "https://gitlab.com/acme/tools/widgets/-/merge_requests/4";

  private ShownRows() {}

  static final List<Row> ROWS =
      Stream.of(words(), counts(), links(), again()).flatMap(List::stream).toList();

  private static List<Row> words() {
    return List.of(
        says("finish tasks=1 pr=none", "Done: all 1 tasks."),
        says("long steps=2 seconds=0.1", "Slept 2 times."),
        says("text", "All I have to say is this sentence."),
        says("ask", "Which file should I write? Please tell me its name."));
  }

  private static Row says(String cue, String words) {
    return Row.of(
            "c.5 last words: an agent that is to `%s` ends with `%s`".formatted(cue, words),
            play -> {
              AtomicReference<@Nullable String> last = new AtomicReference<>();
              play.start(cue)
                  .until(
                      "its last words",
                      look -> {
                        last.set(look.lastWords() == null ? last.get() : look.lastWords());
                        return last.get() != null;
                      });
              assertThat(last.get()).isEqualTo(words);
            })
        .onlySimulated("a real model is scripted in other words");
  }

  private static List<Row> counts() {
    return List.of(
        Row.of(
                "c.5 steps: each answer of the model is counted once",
                play ->
                    assertThat(play.start("finish tasks=2").untilRest().iterations()).isEqualTo(6))
            .onlySimulated("a real model is scripted in other steps"),
        Row.of(
            "c.5 messages: the prompt and each message are counted once",
            play -> {
              assertThat(play.start("text").untilRest().userMessages()).isOne();
              play.tell("[[scenario: text]] one", null);
              assertThat(play.untilRest().userMessages()).isEqualTo(2);
              play.tell("[[scenario: text]] two", null);
              assertThat(play.untilRest().userMessages()).isEqualTo(3);
            }),
        Row.of(
                "c.5 usage: what was used only grows",
                play -> {
                  play.start("long steps=6 seconds=5").untilWorking();
                  long before = 0;
                  for (int i = 0; i < 6; i++) {
                    play.stage().pass(Duration.ofSeconds(5));
                    AgentLook look = ((AgentSeen) play.look()).look();
                    assertThat(look.usage().promptTokens()).isGreaterThanOrEqualTo(before);
                    before = look.usage().promptTokens();
                  }
                  AgentLook end = play.untilRest();
                  assertThat(end.usage().completionTokens()).isPositive();
                  assertThat(end.usage().costUsd()).isPositive();
                })
            .cannotBefore(APP_V1, "1.0", "it tells nothing of the use"),
        Row.of(
            "c.5 task list: what the agent is at is told",
            play ->
                play.start("finish tasks=3 seconds=5")
                    .until(
                        "a task done and one in progress",
                        look ->
                            look.tasks() != null
                                && look.tasks().stream()
                                    .anyMatch(task -> task.status() == TaskStatus.DONE)
                                && look.tasks().stream()
                                    .anyMatch(task -> task.status() == TaskStatus.IN_PROGRESS))),
        Row.of(
                "c.3 limit: how many steps the agent may take is told",
                play -> {
                  var order = play.order("text", new AgentOptions(7, null, null, null));
                  assertThat(play.start(order).untilRest().maxIterations()).isEqualTo(7);
                })
            .cannot(APP_V0, "its limit stands in the server's settings")
            .cannot(APP_V1, "its limit stands in the server's settings"),
        Row.of(
            "0.1 version: the conversation keeps which release it was started on",
            play ->
                assertThat(play.start("text").conversation().version())
                    .isEqualTo(play.stage().version())),
        Row.of(
                "0.1 version: a look tells which release it found",
                play ->
                    assertThat(play.start("text").untilRest().version())
                        .isEqualTo(play.stage().version()))
            .cannot(APP_V0, "only the description of its paths tells, which a look does not read"));
  }

  private static List<Row> links() {
    return List.of(
        links("finish pr=" + GITHUB, List.of(GITHUB)),
        links("finish pr=" + GITLAB, List.of(GITLAB)),
        links("finish by=tool pr=" + GITHUB, List.of(GITHUB)),
        links("finish pr=none", List.of()),
        links("finish pr=https://github.com/acme/widgets/issues/41", List.of()),
        links("finish pr=https://github.com/acme/widgets/pull/latest", List.of()));
  }

  private static Row links(String cue, List<String> links) {
    return Row.of(
            "c.7 pull requests: an agent that is to `%s` names %s".formatted(cue, links),
            play -> {
              play.start(cue).untilRest();
              play.stage().pass(Play.LIMIT);
              play.look();
              assertThat(play.links().stream().distinct()).containsExactlyElementsOf(links);
            })
        .onlySimulated("a real model is scripted with other links");
  }

  /// A status that stays the same is told again without news.
  private static List<Row> again() {
    return List.of(
        again("finish"),
        again("text"),
        again("stuck"),
        again("confirm"),
        again("error llm=500"),
        again("finish start=never").cannot(AGENT_SERVER, "nothing has to be brought up"),
        again("long steps=9 seconds=600"));
  }

  private static Row again(String cue) {
    Row row =
        Row.of(
                "c.4 once more: what has come of `%s` is the same a minute later, and no news"
                    .formatted(cue),
                play -> {
                  play.start(cue);
                  play.stage().pass(Play.LIMIT);
                  play.look();
                  play.stage().pass(Play.LIMIT);
                  AgentStatus before = ((AgentSeen) play.look()).look().status();
                  play.stage().pass(Play.LIMIT);
                  AgentLook after = ((AgentSeen) play.look()).look();
                  assertThat(after.status()).isEqualTo(before);
                  assertThat(after.news()).isFalse();
                })
            .onlySimulated("a real server takes its time");
    return cue.contains("never")
        ? row.cannotBefore(APP_V1, "1.0", "it tells the conversation's id when it is ready only")
        : row;
  }
}
