package dev.build0711.runner.simulator.web;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What goes wrong between a caller and a simulated server, by rules that anybody may set. A rule
/// is a JSON object that says which requests it meets:
///
/// | field | default | meaning |
/// |---|---|---|
/// | `name` | `rule N` | what it is counted under |
/// | `method`, `path` | any | regular expressions for the whole method and the whole decoded path |
/// | `probability` | 1 | how likely a request that matches is met |
/// | `after` | 0 | how many that match are let through first |
/// | `times` | no limit | how many are met at most |
///
/// and in `do` what becomes of them:
///
/// | `do` | with | what happens |
/// |---|---|---|
/// | `answer` | `status` (500), `body` (text or JSON), `type`, `headers`, `effect` (false) | that is answered; nothing is done unless `effect` |
/// | `hang_up` | `effect` (false) | the connection is closed unanswered, after the request was carried out if `effect` |
/// | `delay` | `seconds` | the request is carried out at once and answered so late |
/// | `deaf` | as `answer`, `seconds` | that is answered and the connection closed; for so long nobody is answered at all |
/// | `truncate` | `bytes` (1) | carried out; only the beginning of the answer arrives |
/// | `trickle` | `seconds` | carried out; the answer arrives a little at a time |
/// | `garbage` | | carried out; what is answered as JSON is none |
///
/// The first rule that meets a request counts. Which requests a rule with a probability meets
/// follows from the seed and their order.
public final class Faults {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String GARBAGE = "{\"id\": \u0007<<not json>>";

  private final InstantSource clock;
  private final RandomGenerator random;
  private volatile List<FaultRule> rules = List.of();
  private volatile Instant deafUntil = Instant.MIN;

  /// @param random used under this object's lock
  public Faults(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /// Answers a request as `server` does, unless a rule meets it.
  public Reply answer(Request request, Dialect server) {
    return late(
        met(request)
            .map(fault -> failed(fault, request, server))
            .orElseGet(() -> server.answer(request)));
  }

  /// Sets these rules in place of the former.
  ///
  /// @param text a JSON list of at most 100 rules
  /// @throws IllegalArgumentException if it is none, saying what is wrong
  public void set(String text) {
    try {
      rules = new FaultReader().read(JSON.readTree(text));
    } catch (JacksonException e) {
      throw new IllegalArgumentException("not JSON", e);
    }
  }

  /// Takes all rules away; who is deaf hears again.
  public void clear() {
    rules = List.of();
    deafUntil = Instant.MIN;
  }

  /// The rules' names, how many requests have matched and how many were met.
  public ArrayNode counts() {
    ArrayNode counts = JsonNodeFactory.instance.arrayNode();
    for (FaultRule rule : rules) {
      counts
          .addObject()
          .put("name", rule.name())
          .put("matched", rule.matched())
          .put("fired", rule.fired());
    }
    return counts;
  }

  /// How many requests were met, by the rule's name.
  public Map<String, Integer> fired() {
    Map<String, Integer> fired = new TreeMap<>();
    rules.forEach(rule -> fired.merge(rule.name(), rule.fired(), Integer::sum));
    return fired;
  }

  private synchronized Optional<Fault> met(Request request) {
    return rules.stream()
        .filter(rule -> rule.meets(request, random))
        .findFirst()
        .map(FaultRule::fault);
  }

  private Reply failed(Fault fault, Request request, Dialect server) {
    return switch (fault) {
      case Fault.Answered(Reply.Answer answer, boolean effect) -> {
        carryOut(effect, request, server);
        yield answer;
      }
      case Fault.HungUp(boolean effect) -> {
        carryOut(effect, request, server);
        yield new Reply.HangUp();
      }
      case Fault.Delayed(var time) -> {
        Reply reply = server.answer(request);
        yield reply instanceof Reply.Answer answer ? notBefore(answer, now().plus(time)) : reply;
      }
      case Fault.Deafened(Reply.Answer answer, var time) -> {
        deafUntil = now().plus(time);
        yield new Reply.Cut(answer, Integer.MAX_VALUE);
      }
      case Fault.Truncated(int bytes) ->
          server.answer(request) instanceof Reply.Answer answer
              ? new Reply.Cut(answer, bytes)
              : new Reply.HangUp();
      case Fault.Trickled(var over) ->
          server.answer(request) instanceof Reply.Answer answer
              ? new Reply.Trickle(answer, over)
              : new Reply.HangUp();
      case Fault.Garbled() -> {
        carryOut(true, request, server);
        yield Reply.of(200, "application/json", GARBAGE);
      }
    };
  }

  private static void carryOut(boolean effect, Request request, Dialect server) {
    if (effect) {
      server.answer(request);
    }
  }

  /// Whoever is answered while the server is deaf is answered at the end.
  private Reply late(Reply reply) {
    Instant until = deafUntil;
    return reply instanceof Reply.Answer answer && until.isAfter(now())
        ? notBefore(answer, until)
        : reply;
  }

  private static Reply notBefore(Reply.Answer answer, Instant instant) {
    return answer.notBefore().filter(at -> at.isAfter(instant)).isPresent()
        ? answer
        : answer.notBefore(instant);
  }

  private Instant now() {
    return clock.instant();
  }
}
