package dev.build0711.runner.openhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.exchange.ScriptedServer;
import dev.build0711.runner.openhands.Said.Exchanged;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Message;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever stands in the place of a server: no call of a backend throws, nothing comes of it that
/// can end a run unless the answers say so, and none of their text gets to callers or into logs but
/// the agent's own.
///
/// Most answers are given without sockets ([Wire]), some over them.
public abstract class OddAnswersContract {

  private static final URI BASE = URI.create("http://127.0.0.1:8000");
  private static final int CHUNK = 250;
  private static final int OVER_SOCKETS = 600;

  /// What is remembered of a workspace that is being prepared.
  private static final String PREPARING =
      """
      {"command":"3f9d2c1a-0b4e-4c57-9a35-8d6f1e2b7c90","begun":"2026-11-22T05:59:40Z","token":true}\
      """;

  private final Log log = new Log();

  /// A backend of the dialect that knows nothing yet.
  protected abstract AgentBackend backend(URI base, Exchanges exchanges);

  /// What servers of the dialect answer when all is well.
  protected abstract List<Good> good(URI base);

  /// Orders that make the dialect ask for different things; the first asks for nothing special.
  protected abstract List<Order> orders();

  /// How many mutations are tried.
  protected abstract int mutations();

  protected Duration limit() {
    return Duration.ofSeconds(10);
  }

  private record Call(String name, BiFunction<AgentBackend, Good, Object> made) {}

  private List<Call> calls() {
    List<Call> calls = new ArrayList<>();
    for (Order order : orders()) {
      calls.add(new Call("prepare", (to, _) -> to.prepare(order, limit())));
      calls.add(new Call("start", (to, _) -> to.start(order, true, limit())));
      calls.add(new Call("start again", (to, _) -> to.start(order, false, limit())));
      calls.add(new Call("find", (to, _) -> to.find(order, limit())));
      calls.add(new Call("collect", (to, at) -> to.collect(order, at.conversation(), limit())));
    }
    Order plain = orders().getFirst();
    calls.add(
        new Call(
            "preparation",
            (to, at) -> to.preparation(plain, at.conversation(), PREPARING, limit())));
    for (int times = 0; times < 3; times++) { // a look tells most
      calls.add(new Call("look", (to, at) -> to.look(List.of(watched(at)), limit())));
    }
    calls.add(
        new Call("look at two", (to, at) -> to.look(List.of(watched(at), watched(at)), limit())));
    for (Sending sending : Sending.values()) {
      calls.add(told("tell " + sending, message("go on", null), sending));
      calls.add(told("answer " + sending, message(null, true), sending));
    }
    calls.add(told("tell again", message("go on", null), Sending.AGAIN));
    calls.add(new Call("resume", (to, at) -> to.resume(at.conversation(), at.cursor(), limit())));
    calls.add(new Call("stop", (to, at) -> to.stop(at.conversation(), limit())));
    calls.add(new Call("check", (to, _) -> to.check(limit())));
    return calls;
  }

  private static Watched watched(Good good) {
    return new Watched(good.conversation(), good.cursor());
  }

  private static Message message(@Nullable String text, @Nullable Boolean accept) {
    Instant tried = Instant.parse("2026-11-22T05:59:00Z");
    return new Message(1, text, accept, 0, 1, Message.State.WANTED, tried);
  }

  private Call told(String name, Message message, Sending sending) {
    return new Call(
        name, (to, at) -> to.tell(at.conversation(), message, sending, at.cursor(), limit()));
  }

  static Stream<Integer> statuses() {
    return BadAnswers.STATUSES.stream();
  }

  @BeforeEach
  void listen() {
    Logger.getLogger("").addHandler(log);
  }

  @AfterEach
  void nothingIsLogged() {
    Logger.getLogger("").removeHandler(log);
    assertThat(log.lines).noneMatch(line -> line.contains(BadAnswers.MARK));
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void noBadAnswerThrowsOrEndsARunOrIsPassedOn(int status) {
    Good good = good(BASE).getFirst();
    BadAnswers.of(status).parallelStream().forEach(bad -> standsForEverything(bad, good));
  }

  @Test
  void noAnswerIsTooLarge() {
    standsForEverything(BadAnswers.huge(), good(BASE).getFirst());
  }

  private void standsForEverything(ScriptedServer.Answer bad, Good good) {
    byte[] body = bad.body().getBytes(bad.charset());
    Map<String, List<String>> headers = new HashMap<>();
    bad.headers().forEach((name, value) -> headers.put(name, List.of(value)));
    Ask ask = new Ask((_, _) -> new Wire.Answer(bad.status(), body, headers));
    try (Exchanges exchanges = Wire.exchanges(ask::answer)) {
      for (Call call : calls()) {
        ask.judged(
            call.name() + " with " + bad.status() + " " + cut(bad.body()),
            call,
            good,
            backend(BASE, exchanges));
      }
    }
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(300, text.length()));
  }

  @Test
  void goodAnswersAreUnderstood() {
    Tried tried = new Tried();
    List<Good> all = good(BASE);
    for (Good good : all) {
      for (Call call : calls()) {
        tried.hits(call, good);
      }
    }
    List<String> unasked =
        all.stream()
            .flatMap(good -> good.answers().stream())
            .map(answer -> answer.method() + ' ' + answer.path())
            .filter(answer -> tried.asked.stream().noneMatch(answer::equals))
            .distinct()
            .toList();
    assertThat(unasked).as("answers that no call asks for").isEmpty();
  }

  @Test
  void noMutationThrowsOrEndsARunOrIsPassedOn() {
    List<Good> all = good(BASE);
    List<Call> calls = calls();
    Tried tried = new Tried();
    List<List<List<Integer>>> hits =
        all.stream()
            .map(good -> calls.stream().map(call -> tried.hits(call, good)).toList())
            .toList();
    List<byte[]> bodies =
        all.stream()
            .flatMap(good -> good.answers().stream())
            .map(Good.Answer::body)
            .distinct()
            .map(body -> body.getBytes(StandardCharsets.UTF_8))
            .toList();
    IntStream.range(0, mutations() / CHUNK)
        .parallel()
        .forEach(chunk -> mutated(chunk * CHUNK, all, calls, hits, bodies));
  }

  private void mutated(
      int from,
      List<Good> all,
      List<Call> calls,
      List<List<List<Integer>>> hits,
      List<byte[]> bodies) {
    Ask ask = new Ask((_, _) -> notFound());
    try (Exchanges exchanges = Wire.exchanges(ask::answer)) {
      for (int seed = from; seed < from + CHUNK; seed++) {
        Random random = new Random(seed * 7919L);
        int which = random.nextInt(all.size());
        int how = random.nextInt(calls.size());
        Good good = all.get(which);
        List<Integer> hit = hits.get(which).get(how);
        int place = hit.isEmpty() ? -1 : hit.get(random.nextInt(hit.size()));
        byte[] body =
            place < 0
                ? new byte[0]
                : Mutations.of(good.answers().get(place).bytes(), bodies, random);
        ask.server = (method, path) -> answer(good, place, body, method, path);
        Call call = calls.get(how);
        ask.judged(
            "seed %d, %s at %s with %s"
                .formatted(
                    seed,
                    call.name(),
                    good.name(),
                    place < 0 ? "" : good.answers().get(place).path() + " = " + cut(text(body))),
            call,
            good,
            backend(BASE, exchanges));
      }
    }
  }

  @Test
  void overSocketsItIsTheSame() {
    try (ScriptedServer server = new ScriptedServer();
        Exchanges exchanges = new Exchanges()) {
      Good good = good(server.base()).getFirst();
      for (ScriptedServer.Answer bad : BadAnswers.some()) {
        server.on("GET", "/", _ -> bad).on("POST", "/", _ -> bad);
        for (Call call : calls()) {
          server.forget();
          Object made = call.made().apply(backend(server.base(), exchanges), good);
          byte[] body = bad.body().getBytes(bad.charset());
          List<Exchanged> exchanged =
              server.asked().stream()
                  .map(one -> new Exchanged(one.method(), one.path(), bad.status(), body))
                  .toList();
          judged(call.name() + " with " + cut(bad.body()), call.name(), () -> made, exchanged);
        }
      }
    }
  }

  @Test
  void overSocketsMutationsAreTheSame() {
    try (ScriptedServer server = new ScriptedServer();
        Exchanges exchanges = new Exchanges()) {
      List<Good> all = good(server.base());
      List<Call> calls = calls();
      for (int seed = 0; seed < OVER_SOCKETS; seed++) {
        Random random = new Random(seed);
        Good good = all.get(random.nextInt(all.size()));
        Call call = calls.get(random.nextInt(calls.size()));
        String what = "seed " + seed + ", " + call.name() + " at " + good.name();
        List<Exchanged> exchanged = new CopyOnWriteArrayList<>();
        List<byte[]> others = List.of(good.answers().getLast().bytes());
        ScriptedAnswer answers =
            (method, path) -> {
              int place = good.place(method, path);
              byte[] body = place < 0 ? notFound().body() : good.answers().get(place).bytes();
              byte[] shown =
                  random.nextInt(3) == 0
                      ? Mutations.of(body, others, new Random(what.hashCode() + path.hashCode()))
                      : body;
              int status = place < 0 ? 404 : 200;
              exchanged.add(new Exchanged(method, path, status, shown));
              return new ScriptedServer.Answer(
                  status,
                  new String(shown, StandardCharsets.ISO_8859_1),
                  "application/json",
                  Map.of(),
                  StandardCharsets.ISO_8859_1);
            };
        server
            .on("GET", "/", asked -> answers.to("GET", asked.path()))
            .on("POST", "/", asked -> answers.to("POST", asked.path()));
        judged(
            what,
            call.name(),
            () -> call.made().apply(backend(server.base(), exchanges), good),
            exchanged);
      }
    }
  }

  private interface ScriptedAnswer {
    ScriptedServer.Answer to(String method, String path);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void noRedirectIsFollowed(int status) {
    try (ScriptedServer elsewhere = new ScriptedServer();
        ScriptedServer server = new ScriptedServer();
        Exchanges exchanges = new Exchanges()) {
      ScriptedServer.Answer away =
          ScriptedServer.Answer.json(status, "{}").with("Location", elsewhere.base() + "/there");
      Good good = good(server.base()).getFirst();
      Good near = good(BASE).getFirst();
      Tried tried = new Tried();
      for (Call call : calls()) {
        List<Integer> places = new ArrayList<>(tried.hits(call, near));
        places.removeAll(tried.redirected);
        tried.redirected.addAll(places);
        places.add(-1);
        for (int place : places) {
          for (String method : List.of("GET", "POST")) {
            server.on(method, "/", asked -> away(good, place, method, asked.path(), away));
          }
          assertThat(call.made().apply(backend(server.base(), exchanges), good)).isNotNull();
        }
      }
      assertThat(tried.redirected).isNotEmpty();
      assertThat(server.asked()).isNotEmpty();
      assertThat(elsewhere.asked()).isEmpty();
    }
  }

  /// Leads away for the answer at `place`, and where there is none.
  private static ScriptedServer.Answer away(
      Good good, int place, String method, String path, ScriptedServer.Answer away) {
    int found = good.place(method, path);
    return place < 0 || found < 0 || found == place
        ? away
        : ScriptedServer.Answer.json(200, good.answers().get(found).body());
  }

  private static Wire.Answer notFound() {
    byte[] body = "{\"detail\":\"Not Found\"}".getBytes(StandardCharsets.UTF_8);
    return new Wire.Answer(404, body, Map.of());
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  private static Wire.Answer answer(
      Good good, int mutated, byte[] body, String method, String path) {
    int place = good.place(method, path);
    if (place < 0) {
      return notFound();
    }
    return Wire.Answer.json(place == mutated ? body : good.answers().get(place).bytes());
  }

  private static void judged(
      String what, String call, Supplier<Object> made, List<Exchanged> exchanged) {
    try {
      Judge.judge(call, Objects.requireNonNull(made.get()), exchanged);
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      throw new AssertionError(what + ": " + e, e);
    }
  }

  /// The calls of one thread, and what they met.
  private static final class Ask {

    private volatile BiFunction<String, String, Wire.Answer> server;
    private final List<Exchanged> exchanged = new CopyOnWriteArrayList<>();

    Ask(BiFunction<String, String, Wire.Answer> server) {
      this.server = server;
    }

    Wire.Answer answer(HttpRequest request) {
      URI uri = request.uri();
      String path =
          uri.getRawQuery() == null ? uri.getRawPath() : uri.getRawPath() + '?' + uri.getRawQuery();
      Wire.Answer answer = server.apply(request.method(), path);
      exchanged.add(new Exchanged(request.method(), path, answer.status(), answer.body()));
      return answer;
    }

    void judged(String what, Call call, Good good, AgentBackend backend) {
      exchanged.clear();
      OddAnswersContract.judged(
          what, call.name(), () -> call.made().apply(backend, good), exchanged);
    }
  }

  /// Calls with good answers: what they ask for.
  private final class Tried {

    private final List<String> asked = new ArrayList<>();
    private final List<Integer> redirected = new ArrayList<>();

    List<Integer> hits(Call call, Good good) {
      Ask ask =
          new Ask((method, path) -> OddAnswersContract.answer(good, -1, new byte[0], method, path));
      try (Exchanges exchanges = Wire.exchanges(ask::answer)) {
        ask.judged(call.name() + " at " + good.name(), call, good, backend(BASE, exchanges));
      }
      List<Integer> hits =
          ask.exchanged.stream()
              .map(one -> good.place(one.method(), one.path()))
              .filter(place -> place >= 0)
              .distinct()
              .toList();
      hits.forEach(place ->
          asked.add(good.answers().get(place).method() + ' ' + good.answers().get(place).path()));
      return hits;
    }
  }

  /// All that is logged.
  private static final class Log extends Handler {

    private final List<String> lines = new CopyOnWriteArrayList<>();

    Log() {
      setLevel(Level.ALL);
    }

    @Override
    public void publish(LogRecord line) {
      lines.add(line.getMessage() + Arrays.toString(line.getParameters()) + line.getThrown());
    }

    @Override
    public void flush() {
      // nothing is held back
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  /// A conversation's id in an answer that was recorded of another.
  protected static String as(String text, String recorded, Conversation conversation) {
    return text.replace(recorded, conversation.id())
        .replace(recorded.replace("-", ""), conversation.id().replace("-", ""));
  }
}
