package dev.build0711.runner.testing;

import dev.build0711.runner.port.Posted;
import dev.build0711.runner.run.Agent;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.Phase;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunSpec;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.Standing;
import dev.build0711.runner.run.StatusReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Deliveries of both git hosts, the runs they are about, and the effect that each must have.
public final class WebhookFixtures {

  public static final String MARKER_KEY =
      root("runs.json").path("marker").path("key").stringValue();
  public static final List<URI> BACKENDS =
      List.of(URI.create(root("runs.json").path("backend").stringValue()));

  /// Before any of the pull requests was made.
  public static final Instant STARTED = Instant.parse("2026-03-02T08:00:00Z");

  /// After all of them.
  public static final Instant NOW = Instant.parse("2026-03-02T16:00:00Z");

  private WebhookFixtures() {}

  /// One delivery and what must become of it.
  ///
  /// @param after the deliveries that come before it
  /// @param now the clock at its arrival, where that matters
  public record Expected(String file, List<String> after, @Nullable Instant now, JsonNode expect) {

    public String effect() {
      return expect.path("effect").stringValue();
    }

    public Optional<RunId> run() {
      return expect.path("run").stringValueOpt().map(RunId::parse);
    }

    public Optional<String> rule() {
      return expect.path("rule").stringValueOpt();
    }

    public Optional<RunStatus> status() {
      return expect
          .path("run_status")
          .stringValueOpt()
          .filter(status -> !status.equals("unchanged"))
          .map(RunStatus::valueOf);
    }

    @Override
    public String toString() {
      return file;
    }
  }

  /// Every delivery that is JSON.
  public static List<Expected> all() {
    return root("expected.json").values().stream()
        .filter(entry -> entry.path("file").stringValue().endsWith(".json"))
        .map(WebhookFixtures::expected)
        .toList();
  }

  private static Expected expected(JsonNode entry) {
    JsonNode expect = entry.path("expect");
    long now = expect.path("now").longValue(0);
    return new Expected(
        entry.path("file").stringValue(),
        expect.path("after").values().stream().map(JsonNode::stringValue).toList(),
        now == 0 ? null : Instant.ofEpochSecond(now),
        expect);
  }

  /// When the delivery of that name arrives.
  public static Instant timeOf(String file) {
    return all().stream()
        .filter(expected -> expected.file().equals(file))
        .map(Expected::now)
        .flatMap(Stream::ofNullable)
        .findFirst()
        .orElse(NOW);
  }

  /// The delivery of that name, as the host posts it.
  public static Posted posted(String file) {
    return posted(headers(file), bytes(body(file)));
  }

  /// A post with these headers, whose names are of any case.
  public static Posted posted(Map<String, List<String>> headers, byte[] body) {
    Map<String, List<String>> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    anyCase.putAll(headers);
    return new Posted(name -> anyCase.getOrDefault(name, List.of()), body);
  }

  /// The headers of the delivery of that name.
  public static Map<String, List<String>> headers(String file) {
    return headers(root(file));
  }

  private static Map<String, List<String>> headers(JsonNode holder) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    holder
        .path("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), List.of(header.getValue().stringValue())));
    return headers;
  }

  /// The body of the delivery of that name; to be changed at will.
  public static JsonNode body(String file) {
    return root(file).path("body");
  }

  /// The bytes that the signatures are about: compact, nothing escaped without need.
  public static byte[] bytes(JsonNode body) {
    return utf8(body.toString());
  }

  /// The file of that name, read anew.
  public static JsonNode root(String file) {
    return JsonMapper.shared().readTree(raw(file));
  }

  /// The bytes of the file of that name.
  public static byte[] raw(String file) {
    try (InputStream in =
        Objects.requireNonNull(
            WebhookFixtures.class.getResourceAsStream("/webhooks/" + file), file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The secret of that name with which a host's deliveries are signed.
  public static String secret(String host, String name) {
    return root(host + "/signatures.json").path("deliveries").path(name).stringValue();
  }

  /// A post with its secrets, and whether it must be taken for authentic.
  ///
  /// @param wire whether it means anything on a connection
  /// @param function whether it means anything without one
  /// @param secrets GitHub's secrets, GitLab's signing tokens
  /// @param tokens GitLab's secret tokens
  public record Vector(
      String name,
      boolean wire,
      boolean function,
      List<String> secrets,
      List<String> tokens,
      Instant now,
      Map<String, List<String>> headers,
      String contentType,
      Posted posted,
      boolean accepted) {}

  /// Every vector for the signatures of `github` or `gitlab`.
  public static List<Vector> vectors(String host) {
    return root(host + "/signatures.json").path("vectors").values().stream()
        .map(WebhookFixtures::vector)
        .toList();
  }

  private static Vector vector(JsonNode vector) {
    Map<String, List<String>> headers = headers(vector);
    String at = vector.path("at").stringValue("");
    JsonNode secrets =
        vector.has("secrets") ? vector.path("secrets") : vector.path("signing_tokens");
    return new Vector(
        vector.path("name").stringValue(),
        !at.equals("function"),
        !at.equals("wire"),
        secrets.values().stream().map(JsonNode::stringValue).toList(),
        vector.path("secret_token").stringValueOpt().stream().toList(),
        Instant.ofEpochSecond(vector.path("now").longValue(0)),
        headers,
        vector.path("content_type").stringValue("application/json"),
        posted(headers, vectorBody(vector)),
        vector.path("expect").stringValue().equals("accept"));
  }

  private static byte[] vectorBody(JsonNode vector) {
    JsonNode rule = vector.path("body_rule");
    if (vector.has("body_base64")) {
      return Base64.getDecoder().decode(vector.path("body_base64").stringValue());
    }
    return rule.isObject()
        ? utf8(rule.path("repeat").stringValue().repeat(rule.path("times").intValue()))
        : utf8(vector.path("body").stringValue());
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// The runs that must exist, each with an agent at work, or given up as late.
  public static List<Run> runs() {
    return root("runs.json").path("runs").values().stream().map(WebhookFixtures::run).toList();
  }

  private static Run run(JsonNode run) {
    String host = run.path("host").stringValue();
    GitProvider provider = host.startsWith("gitlab") ? GitProvider.GITLAB : GitProvider.GITHUB;
    Repository repository =
        new Repository(
            provider,
            host,
            run.path("repository").stringValue(),
            run.path("repository_id").longValue());
    RunStatus status = RunStatus.valueOf(run.path("status").stringValue());
    Run queued = Run.accepted(RunId.parse(run.path("id").stringValue()), spec(repository), STARTED);
    String conversation = run.path("conversation_id").stringValue();
    return new Run(
        queued.id(),
        queued.spec(),
        repository,
        standing(status),
        queued.work(),
        agent(status, conversation),
        List.of(),
        null,
        List.of(),
        queued.schedule(),
        queued.version(),
        queued.eventCount(),
        STARTED,
        STARTED);
  }

  private static RunSpec spec(Repository repository) {
    return new RunSpec(
        "shop",
        "Reject negative quantities",
        repository,
        null,
        null,
        null,
        CompleteOn.EITHER,
        Duration.ofDays(1),
        0,
        AgentOptions.NONE);
  }

  private static Standing standing(RunStatus status) {
    boolean late = status == RunStatus.TIMED_OUT;
    return new Standing(
        status,
        late ? new StatusReason(Reason.RUN_TIMEOUT, STARTED.plusSeconds(900)) : null,
        late ? null : Phase.WORKING,
        0,
        STARTED,
        late ? STARTED.plusSeconds(900) : null,
        STARTED.plus(Duration.ofDays(1)));
  }

  private static Agent agent(RunStatus status, String conversation) {
    return new Agent(
        status == RunStatus.TIMED_OUT ? Agent.State.STOPPED : Agent.State.WORKING,
        new Conversation("main", Dialect.AGENT_SERVER, "1.58.0", conversation),
        "cursor-1",
        STARTED,
        STARTED,
        null,
        null,
        null,
        0,
        0,
        0,
        1,
        List.of(),
        null,
        false);
  }
}
