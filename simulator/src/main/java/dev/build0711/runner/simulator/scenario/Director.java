package dev.build0711.runner.simulator.scenario;

import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes the script that a cue asks for.
///
/// | cue | what happens |
/// |---|---|
/// | `finish` `tasks=4` `seconds=` `pr=` `by=` | a plan, a command for each task with the plan moving on, and a finish with a pull request; `pr=none` for none; `by=tool` opens it with the server's own tool, by which V0 knows of it |
/// | `text` | one plain text, which does not finish |
/// | `ask` | a question; after the next message a command and a finish |
/// | `error` `code=LLMAuthenticationError` `llm=` `seconds=` `times=` | fails with that code, or as after the model's API did what `llm` says (a status, `quota`, `context`, `hangup`, `garbage`, `timeout`, `no-key`); works for so many seconds before, without a sign, as with retries; after so many failures an order to go on succeeds |
/// | `stuck` | the same command four times, then found to be stuck |
/// | `max-iterations` | another command each time, for ever |
/// | `long` `steps=5` `seconds=` | so many commands without a plan, then a finish |
/// | `slow` `tasks=4` `seconds=30` `answer_ms=0` | as `finish`, and every answer about it takes so long |
/// | `down` `seconds=10` | as `finish`, and soon after its beginning the server is away for so long |
/// | `secret` `name=GITHUB_TOKEN` | a command that prints the secret, which is shown as hidden, then a finish |
/// | `confirm` | a command that waits for the user's consent, then a finish |
///
/// Any of them may say beside its own parameters:
///
/// | parameter | what happens |
/// |---|---|
/// | `odd=` | what nobody knows yet is told: `fields`, `kinds` of events, `values`, or `all` of them |
/// | `pause=ignored` | the agent never pauses, only an interrupt stops it |
/// | `start=` | in an app server, the seconds until what the agent runs in is up; `never`: it never is |
/// | `lag=` | in a V1 app server, how many seconds late its events come |
///
/// A scenario or a parameter that is not here fails, so that a misspelt one is not taken for
/// another.
///
/// `start-error`, `start-hang` and `null-phase` are told by the V1 app server, and are `finish` to
/// an agent.
public final class Director {

  /// What each scenario takes, beside what all do.
  private static final Map<String, Set<String>> PARAMETERS =
      Map.ofEntries(
          Map.entry("finish", Set.of("tasks", "seconds", "pr", "by")),
          Map.entry("text", Set.of()),
          Map.entry("ask", Set.of("pr")),
          Map.entry("error", Set.of("code", "llm", "seconds", "times", "pr")),
          Map.entry("stuck", Set.of()),
          Map.entry("max-iterations", Set.of()),
          Map.entry("long", Set.of("steps", "seconds")),
          Map.entry("slow", Set.of("tasks", "seconds", "answer_ms", "pr", "by")),
          Map.entry("down", Set.of("seconds", "pr")),
          Map.entry("secret", Set.of("name", "pr")),
          Map.entry("confirm", Set.of("pr")),
          Map.entry("start-error", Set.of("at", "detail")),
          Map.entry("start-hang", Set.of("at")),
          Map.entry("null-phase", Set.of("after", "seconds", "sandbox")));

  private static final Set<String> OF_ALL = Set.of("odd", "pause", "start", "lag");

  private static final Duration BLINK = Duration.ofMillis(100);
  private static final Duration SLOW_STEP = Duration.ofSeconds(30);
  private static final Duration SHORT_OUTAGE = Duration.ofSeconds(10);
  private static final int MOST_TASKS = 100;
  private static final int MOST_STEPS = 100_000;

  private final Duration step;

  /// @param step how long a step takes when the cue does not say
  public Director(Duration step) {
    this.step = step;
  }

  /// @param pullRequest the link that a finish tells when the cue does not say
  /// @param followUp whether the agent has ended before and was written to again
  Script script(Cue cue, String pullRequest, boolean followUp) {
    String wrong = wrong(cue);
    if (wrong != null) {
      return fail(refused(wrong));
    }
    String link = cue.text("pr", pullRequest);
    return switch (cue.name()) {
      case "finish" -> finish(cue, step, link);
      // What their parameters mean is the app server's matter.
      case "start-error", "start-hang", "null-phase" -> finish(Cue.DEFAULT, step, link);
      case "text" -> Script.of(blink(new Act.Say("All I have to say is this sentence.")));
      case "ask" -> followUp ? confirmed(link) : question();
      case "error" -> error(cue, link);
      case "stuck" -> stuck();
      case "max-iterations" -> Script.of(i -> command("echo step number " + (i + 1), BLINK));
      case "long" -> longWork(cue);
      case "slow" ->
          finish(cue, SLOW_STEP, link).answeringIn(cue.millis("answer_ms", Duration.ZERO));
      case "down" -> down(cue, link);
      case "secret" -> secret(cue.text("name", "GITHUB_TOKEN"), link);
      case "confirm" -> confirm(link);
      default -> throw new IllegalStateException("no script for " + cue.name());
    };
  }

  /// What is wrong with the cue, null where nothing is.
  private static @Nullable String wrong(Cue cue) {
    Set<String> known = PARAMETERS.get(cue.name());
    if (known == null) {
      return "There is no scenario '" + cue.name() + "'.";
    }
    return cue.params().keySet().stream()
        .filter(name -> !known.contains(name) && !OF_ALL.contains(name))
        .min(Comparator.naturalOrder())
        .map(name -> "The scenario '" + cue.name() + "' has no parameter '" + name + "'.")
        .orElse(null);
  }

  private static Script finish(Cue cue, Duration step, String link) {
    int tasks = cue.count("tasks", 4, MOST_TASKS);
    Duration seconds = cue.seconds("seconds", step);
    boolean byTool = cue.text("by", "").equals("tool") && !link.equals("none");
    return Script.of(i -> {
      if (byTool && i == 2 * tasks + 1) {
        return blink(new Act.OpenPullRequest(link));
      }
      if (i > 2 * tasks) {
        return blink(new Act.Finish(ending("Done: all " + tasks + " tasks.", link)));
      }
      return i % 2 == 0
          ? Beat.of(new Act.Plan(tasks, i / 2), Duration.ZERO, Duration.ZERO)
          : command("echo task " + (i / 2 + 1) + " of " + tasks, seconds);
    });
  }

  private Script down(Cue cue, String link) {
    Outage outage = new Outage(step, cue.seconds("seconds", SHORT_OUTAGE));
    return finish(Cue.DEFAULT, step, link).interruptedBy(outage);
  }

  private Script longWork(Cue cue) {
    int steps = cue.count("steps", 5, MOST_STEPS);
    Duration seconds = cue.seconds("seconds", step);
    return Script.of(i ->
        i < steps
            ? command("sleep; echo step " + (i + 1) + " of " + steps, seconds)
            : blink(new Act.Finish("Slept " + steps + " times.")));
  }

  private static Script stuck() {
    return Script.of(i ->
        i < 4
            ? command("echo again", BLINK)
            : Beat.of(new Act.Stall(), Duration.ZERO, Duration.ZERO));
  }

  private static Script question() {
    return Script.of(blink(new Act.Say("Which file should I write? Please tell me its name.")));
  }

  private static Script confirmed(String link) {
    return Script.of(
        command("echo answered", BLINK),
        blink(new Act.Finish(ending("Written as you said.", link))));
  }

  private static Script confirm(String link) {
    return Script.of(
        new Beat(new Act.Command("rm -r build", ""), BLINK, BLINK, true),
        blink(new Act.Finish(ending("Done as you said.", link))));
  }

  private Script error(Cue cue, String link) {
    Failure failure =
        cue.params().containsKey("llm")
            ? Failure.after(cue.text("llm", ""))
            : Failure.of(cue.text("code", "LLMAuthenticationError"));
    Beat fails = Beat.of(new Act.Fail(failure), cue.seconds("seconds", BLINK), BLINK);
    int times = cue.count("times", MOST_STEPS, MOST_STEPS);
    Script after = finish(Cue.DEFAULT, step, link);
    return Script.of(i -> i < times ? fails : after.beat(i - times));
  }

  private static Script secret(String name, String link) {
    return Script.of(
        Beat.of(
            new Act.Command("echo \"token is $" + name + "\"", "token is <secret-hidden>"),
            BLINK,
            BLINK),
        blink(new Act.Finish(ending("Printed.", link))));
  }

  private static Script fail(Failure failure) {
    return Script.of(i -> blink(new Act.Fail(failure)));
  }

  private static Failure refused(String why) {
    Failure failure = Failure.of("LLMBadRequestError");
    return new Failure(failure.code(), why, failure.kind(), false, "none");
  }

  private static Beat command(String line, Duration work) {
    return Beat.of(new Act.Command(line, line.replaceFirst(".*echo ", "")), Duration.ZERO, work);
  }

  private static Beat blink(Act act) {
    return Beat.of(act, BLINK, BLINK);
  }

  private static String ending(String text, String link) {
    return link.equals("none") ? text : text + " Pull request: " + link;
  }
}
