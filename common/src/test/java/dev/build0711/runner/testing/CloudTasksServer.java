package dev.build0711.runner.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Cloud Tasks on a socket of this machine, as far as the runner uses it: creates tasks as
/// google-cloud-tasks sends them over HTTP/JSON, keeps every name it has seen, calls the target
/// when a task is due, and calls again with a growing pause whatever is not answered 2xx.
///
/// With a clock of one's own nothing is called until [#dispatchDue] is; [#onRealTime] makes a
/// server of one [Queue] that calls by itself, within the limits of the queue.
public final class CloudTasksServer implements AutoCloseable {

  private static final Pattern TASKS =
      Pattern.compile("/v2/(projects/[^/]+/locations/[^/]+/queues/([^/]+))/tasks");
  private static final Retries EAGER =
      new Retries(20, Duration.ZERO, Duration.ofMillis(200), Duration.ofSeconds(5), 16);
  private static final JsonMapper JSON = new JsonMapper();

  private final Queue queue;
  private final InstantSource clock;
  private final HttpClient client;
  private final HttpServer server;
  private final PriorityQueue<Pending> waiting =
      new PriorityQueue<>(Comparator.comparing(Pending::due).thenComparingLong(Pending::number));
  private final Set<String> names = new HashSet<>();
  private final List<Task> created = new ArrayList<>();
  private final List<Dispatch> dispatches = new ArrayList<>();
  private final List<Integer> refusals = new ArrayList<>();
  private int creates;
  private int duplicates;
  private int losses;
  private int inFlight;
  private Instant nextDispatch = Instant.MIN;
  private Duration slowness = Duration.ZERO;
  private boolean closed;

  /// A server that calls `target`, as the queue's own `http_target` would, or where that is null
  /// the URL of each task; only when [#dispatchDue] is called.
  public CloudTasksServer(@Nullable URI target, InstantSource clock) {
    this(eager(target), clock, HttpClient.newHttpClient());
  }

  private CloudTasksServer(Queue queue, InstantSource clock, HttpClient client) {
    this.queue = queue;
    this.clock = clock;
    this.client = client;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
    server.start();
  }

  /// A server that calls its target by itself when tasks are due.
  public static CloudTasksServer onRealTime(@Nullable URI target) {
    return onRealTime(eager(target), HttpClient.newHttpClient());
  }

  /// A server of one queue that calls by itself when tasks are due, by a client that it closes.
  public static CloudTasksServer onRealTime(Queue queue, HttpClient client) {
    CloudTasksServer server = new CloudTasksServer(queue, InstantSource.system(), client);
    Thread.ofVirtual().name("cloud-tasks").start(server::dispatchForEver);
    return server;
  }

  private static Queue eager(@Nullable URI target) {
    return new Queue(
        null,
        url -> target == null ? url : target,
        Map.of(),
        EAGER,
        Integer.MAX_VALUE,
        Double.POSITIVE_INFINITY);
  }

  /// Where the client finds it.
  public URI endpoint() {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  /// Answers the next creations with these statuses, one each, and stores nothing.
  public synchronized void refuse(Integer... statuses) {
    refusals.addAll(List.of(statuses));
  }

  /// Calls the target twice for each of the next `count` tasks.
  public synchronized void duplicate(int count) {
    duplicates = count;
  }

  /// Accepts the next `count` tasks and never calls the target for them.
  public synchronized void lose(int count) {
    losses = count;
  }

  /// Stores tasks at once and answers their creation only after `pause`.
  public synchronized void delayAnswers(Duration pause) {
    slowness = pause;
  }

  /// How many times a creation was asked for, whatever was answered.
  public synchronized int creates() {
    return creates;
  }

  /// The tasks that were stored, in that order.
  public synchronized List<Task> created() {
    return List.copyOf(created);
  }

  /// The calls that were answered or failed, in that order.
  public synchronized List<Dispatch> dispatches() {
    return List.copyOf(dispatches);
  }

  /// Calls the target for every task that is due by the clock, one after the other; tasks that come
  /// up meanwhile wait for the next time.
  ///
  /// @return how many calls were made
  public int dispatchDue() {
    List<Pending> due = new ArrayList<>();
    for (Pending next = takeDue(); next != null; next = takeDue()) {
      due.add(next);
    }
    due.forEach(this::dispatch);
    return due.size();
  }

  /// Waits until no task is left.
  ///
  /// @return false if some were left after `limit`
  public synchronized boolean awaitEmpty(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!waiting.isEmpty() || inFlight > 0) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    server.stop(0);
    client.close();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Matcher path = TASKS.matcher(exchange.getRequestURI().getPath());
      Answer answer =
          exchange.getRequestMethod().equals("POST") && path.matches()
              ? create(path.group(1), path.group(2), JSON.readTree(body).path("task"))
              : refusal(404, "NOT_FOUND");
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private Answer create(String parent, String queue, JsonNode json) {
    Duration pause;
    Answer answer;
    synchronized (this) {
      creates++;
      pause = slowness;
      answer =
          refusals.isEmpty() ? store(parent, queue, json) : refusal(refusals.removeFirst(), "");
    }
    sleep(pause);
    return answer;
  }

  private Answer store(String parent, String shortName, JsonNode json) {
    if (queue.name() != null && !queue.name().equals(parent)) {
      return refusal(404, "NOT_FOUND");
    }
    String name = json.path("name").asString(parent + "/tasks/" + (names.size() + 1));
    if (!name.startsWith(parent + "/tasks/")) {
      return refusal(400, "INVALID_ARGUMENT");
    }
    if (!names.add(name)) {
      return refusal(409, "ALREADY_EXISTS");
    }
    Task task = task(shortName, name, json);
    created.add(task);
    int times = losses-- > 0 ? 0 : duplicates-- > 0 ? 2 : 1;
    for (int i = 0; i < times; i++) {
      waiting.add(new Pending(task, task.scheduleTime(), created.size() * 2L + i, 0, 0, null));
    }
    notifyAll();
    return new Answer(200, JSON.writeValueAsString(Map.of("name", name)));
  }

  private Task task(String queue, String name, JsonNode json) {
    JsonNode request = json.path("httpRequest");
    Map<String, String> headers = new LinkedHashMap<>();
    request
        .path("headers")
        .properties()
        .forEach(h -> headers.put(h.getKey(), h.getValue().asString()));
    JsonNode due = json.path("scheduleTime");
    return new Task(
        queue,
        name.substring(name.lastIndexOf('/') + 1),
        request.path("url").asString(),
        headers,
        new String(
            Base64.getDecoder().decode(request.path("body").asString("")), StandardCharsets.UTF_8),
        due.isMissingNode() ? clock.instant() : Instant.parse(due.asString()),
        Duration.parse("PT" + json.path("dispatchDeadline").asString("600s")),
        request.path("oidcToken").path("serviceAccountEmail").asString(""),
        request.path("oidcToken").path("audience").asString(""));
  }

  private void dispatchForEver() {
    for (Pending next = awaitDue(); next != null; next = awaitDue()) {
      Pending due = next;
      Thread.ofVirtual().start(() -> dispatch(due));
    }
  }

  private synchronized @Nullable Pending awaitDue() {
    try {
      while (!closed) {
        Pending next = takeDue();
        if (next != null) {
          return next;
        }
        Pending first = waiting.peek();
        wait(first == null || inFlight >= queue.maxConcurrent() ? 0 : 1 + millisUntil(first));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  private long millisUntil(Pending first) {
    Instant at = first.due().isAfter(nextDispatch) ? first.due() : nextDispatch;
    return Math.max(0, Duration.between(clock.instant(), at).toMillis());
  }

  private synchronized @Nullable Pending takeDue() {
    Pending first = waiting.peek();
    Instant now = clock.instant();
    if (first == null
        || first.due().isAfter(now)
        || nextDispatch.isAfter(now)
        || inFlight >= queue.maxConcurrent()) {
      return null;
    }
    inFlight++;
    nextDispatch = now.plusNanos((long) (1e9 / queue.maxPerSecond()));
    return waiting.poll();
  }

  private void dispatch(Pending pending) {
    Instant began = clock.instant();
    int status = call(pending);
    synchronized (this) {
      inFlight--;
      dispatches.add(new Dispatch(pending.task().name(), pending.attempt(), status));
      Instant now = clock.instant();
      Pending again = pending.again(status, began, now.plus(queue.retries().pause(pending)));
      if ((status < 200 || status > 299) && !queue.retries().givesUp(again, now) && !closed) {
        waiting.add(again);
      }
      notifyAll();
    }
  }

  /// The status of the answer, 0 where there was none in time.
  private int call(Pending pending) {
    Task task = pending.task();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(queue.override().apply(URI.create(task.url())))
            .timeout(task.dispatchDeadline())
            .header("User-Agent", "Google-Cloud-Tasks")
            .header("X-CloudTasks-QueueName", task.queue())
            .header("X-CloudTasks-TaskName", task.name())
            .header("X-CloudTasks-TaskRetryCount", String.valueOf(pending.attempt()))
            .header("X-CloudTasks-TaskExecutionCount", String.valueOf(pending.answered()))
            .header("X-CloudTasks-TaskETA", String.valueOf(task.scheduleTime().getEpochSecond()))
            .POST(HttpRequest.BodyPublishers.ofString(task.body()));
    task.headers().forEach(request::header);
    queue.headers().forEach(request::header);
    try {
      return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private static Answer refusal(int status, String code) {
    return new Answer(
        status,
        JSON.writeValueAsString(
            Map.of("error", Map.of("code", status, "message", "refused", "status", code))));
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// A task as it was created.
  ///
  /// @param name the last part of its name
  /// @param serviceAccount whose token the call shall carry, empty for none
  public record Task(
      String queue,
      String name,
      String url,
      Map<String, String> headers,
      String body,
      Instant scheduleTime,
      Duration dispatchDeadline,
      String serviceAccount,
      String audience) {}

  /// A call of the target.
  ///
  /// @param attempt 0 for the first of its task
  /// @param status of the answer, 0 where there was none
  public record Dispatch(String task, int attempt, int status) {}

  /// A queue as it was made.
  ///
  /// @param name `projects/…/locations/…/queues/…`; tasks for any other are refused; null for all
  /// @param override what is called in place of the URL of a task
  /// @param headers that every call carries, such as a token
  /// @param maxConcurrent how many calls may be under way at once
  /// @param maxPerSecond how many calls may begin in a second
  public record Queue(
      @Nullable String name,
      UnaryOperator<URI> override,
      Map<String, String> headers,
      Retries retries,
      int maxConcurrent,
      double maxPerSecond) {}

  /// When a call that failed is made again: pauses double from the shortest for some times, then
  /// grow by the same each time, up to the longest
  /// (docs.cloud.google.com/tasks/docs/reference/rest, `RetryConfig`).
  ///
  /// @param maxAttempts a task is given up once it was called so often and `maxDuration` is over
  /// @param maxDuration since its first call; zero for no time at all
  public record Retries(
      int maxAttempts,
      Duration maxDuration,
      Duration minBackoff,
      Duration maxBackoff,
      int maxDoublings) {

    private Duration pause(Pending failed) {
      long step = 1L << Math.min(maxDoublings, 30);
      long times =
          failed.attempt() <= maxDoublings
              ? 1L << failed.attempt()
              : step * (failed.attempt() - maxDoublings + 1L);
      Duration pause = minBackoff.multipliedBy(times);
      return pause.compareTo(maxBackoff) > 0 ? maxBackoff : pause;
    }

    private boolean givesUp(Pending next, Instant now) {
      Instant first = next.first();
      return next.attempt() >= maxAttempts
          && (first == null || !now.isBefore(first.plus(maxDuration)));
    }
  }

  private record Answer(int status, String body) {}

  /// @param first when its first call began; null before
  private record Pending(
      Task task, Instant due, long number, int attempt, int answered, @Nullable Instant first) {

    Pending again(int status, Instant began, Instant at) {
      boolean counts = status > 0 && status < 500;
      return new Pending(
          task,
          at,
          number,
          attempt + 1,
          counts ? answered + 1 : answered,
          first == null ? began : first);
    }
  }
}
