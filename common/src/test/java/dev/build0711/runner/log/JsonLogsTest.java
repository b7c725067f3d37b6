package dev.build0711.runner.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

class JsonLogsTest {

  private static final System.Logger LOG =
      System.getLogger("dev.build0711.runner.log.JsonLogsTest");

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final Logger root = LogManager.getLogManager().getLogger("");
  private final List<Handler> handlersBefore = List.of(root.getHandlers());
  private final java.util.logging.Level levelBefore = root.getLevel();

  @BeforeEach
  void install() {
    JsonLogs.install(Level.INFO, LogFormat.JSON, "oaks", written);
  }

  @AfterEach
  void restore() {
    Arrays.stream(root.getHandlers()).forEach(root::removeHandler);
    handlersBefore.forEach(root::addHandler);
    root.setLevel(levelBefore);
    Logger.getLogger("dev.build0711.runner").setLevel(null);
  }

  @Test
  void aLineIsAnEventWithFields() {
    LOG.log(Level.INFO, "run moved", LogFields.of("run_id", "run_7", "to", "RUNNING", "n", 3));

    assertThat(line())
        .containsEntry("severity", "INFO")
        .containsEntry("message", "run moved")
        .containsEntry("logger", "dev.build0711.runner.log.JsonLogsTest")
        .containsEntry("run_id", "run_7")
        .containsEntry("to", "RUNNING")
        .containsEntry("n", "3")
        .containsEntry("logging.googleapis.com/labels", Map.of("run_id", "run_7"))
        .containsKey("time");
  }

  @Test
  void aLineOfARequestNamesItAndItsTraceAndItsRun() {
    RequestContext context =
        new RequestContext("req-5", "0af7651916cd43dd8448eb211c80319c", "run_9");

    ScopedValue.where(RequestContext.CURRENT, context).run(() -> LOG.log(Level.INFO, "seen"));

    assertThat(line())
        .containsEntry("request_id", "req-5")
        .containsEntry(
            "logging.googleapis.com/trace", "projects/oaks/traces/0af7651916cd43dd8448eb211c80319c")
        .containsEntry("logging.googleapis.com/labels", Map.of("run_id", "run_9"));
  }

  @Test
  void theRunOfTheLineCountsMoreThanTheRunOfTheRequest() {
    RequestContext context = new RequestContext("req-5", null, "run_9");

    ScopedValue.where(RequestContext.CURRENT, context)
        .run(() -> LOG.log(Level.INFO, "other", LogFields.of("run_id", "run_4")));

    assertThat(line()).containsEntry("run_id", "run_4");
  }

  @Test
  void noFieldCanTakeTheNameOfWhatTheLineSays() {
    LOG.log(Level.WARNING, "real", LogFields.of("severity", "INFO", "message", "forged"));

    assertThat(line()).containsEntry("severity", "WARNING").containsEntry("message", "real");
  }

  @Test
  void everyLineIsOneStrictJsonObjectWhateverIsInIt() {
    LOG.log(
        Level.INFO, "tab\t newline\n return\r null\0 bell\u0007 quote\" back\\ 🦜 \u2028 \ud83e");
    LOG.log(Level.INFO, "fields", LogFields.of("a\"\n", "b\u0001\ud800", "c", List.of("\t")));
    LOG.log(Level.ERROR, "with a trace", new IllegalStateException("x\t\n"));
    LOG.log(Level.INFO, (String) null);
    LOG.log(Level.INFO, "{0} of {1}", 3, "seven");
    LOG.log(Level.INFO, "broken {0 pattern", "x");
    root.log(new LogRecord(java.util.logging.Level.SEVERE, null));

    assertThat(lines()).hasSize(7);
    assertThat(lines().get(0).get("message")).asString().contains("🦜", "tab\t newline\n");
    assertThat(lines().get(4)).containsEntry("message", "3 of seven");
  }

  @Test
  void theStackTraceNamesEveryCauseWithoutWhatForeignExceptionsQuote() {
    Throwable thrown =
        new IllegalArgumentException(
            "cannot parse kanarienvogel", new ConnectException("Connection refused"));

    LOG.log(Level.ERROR, "failed", LogFields.of("error_id", "e-77").because(thrown));

    assertThat(line())
        .containsEntry("severity", "ERROR")
        .containsEntry("error_id", "e-77")
        .extractingByKey("stack_trace")
        .asString()
        .contains("java.lang.IllegalArgumentException\n\tat dev.build0711.runner.log.JsonLogsTest")
        .contains("Caused by: java.net.ConnectException: Connection refused\n")
        .doesNotContain("kanarien");
  }

  @Test
  void aDatabaseErrorShowsItsMessageOnlyWhereItHoldsNoValue() {
    LOG.log(Level.ERROR, "database", database("ERROR: duplicate key (kanarienvogel)"));
    LOG.log(Level.ERROR, "database", database("FATAL: password authentication failed"));

    assertThat(lines().get(0).get("stack_trace"))
        .asString()
        .startsWith("org.postgresql.util.PSQLException\n")
        .doesNotContain("kanarien");
    assertThat(lines().get(1).get("stack_trace"))
        .asString()
        .startsWith("org.postgresql.util.PSQLException: FATAL: password authentication failed\n");
  }

  @Test
  void aCauseThatCausesItselfEnds() {
    Exception first = new IllegalStateException("a");
    first.initCause(new IllegalStateException("b", first));

    LOG.log(Level.ERROR, "circle", first);

    assertThat(lines()).hasSize(1);
  }

  @Test
  void ourLevelIsTheConfiguredOneAndLibrariesStayAtInfo() {
    JsonLogs.install(Level.DEBUG, LogFormat.JSON, null, written);

    LOG.log(Level.DEBUG, "ours");
    System.getLogger("com.example.library").log(Level.DEBUG, "a body");
    System.getLogger("com.example.library").log(Level.INFO, "theirs");

    assertThat(lines()).extracting(line -> line.get("message")).containsExactly("ours", "theirs");
    assertThat(lines()).extracting(line -> line.get("severity")).containsExactly("DEBUG", "INFO");
  }

  @Test
  void belowTheLevelNothingIsWritten() {
    JsonLogs.install(Level.ERROR, LogFormat.JSON, null, written);

    LOG.log(Level.WARNING, "quiet");
    System.getLogger("com.example.library").log(Level.WARNING, "quiet too");

    assertThat(written.size()).isZero();
  }

  @Test
  void slf4jEndsHereToo() {
    org.slf4j.LoggerFactory.getLogger("com.example.pool").warn("{} of {} used", 2, 2);

    assertThat(line()).containsEntry("message", "2 of 2 used").containsEntry("severity", "WARNING");
  }

  @Test
  void longTextIsCut() {
    LOG.log(Level.INFO, "m".repeat(50_000), LogFields.of("f", "f".repeat(50_000)));

    assertThat(written.size()).isLessThan(13_000);
    assertThat(line()).containsKey("f");
  }

  @Test
  void aTerminalGetsPlainLinesThatCannotBeForged() {
    JsonLogs.install(Level.INFO, LogFormat.TEXT, null, written);

    LOG.log(Level.WARNING, "first\nsecond\u001b[31m", LogFields.of("n", 4));

    assertThat(written.toString(StandardCharsets.UTF_8))
        .matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} WARNING first second \\[31m  n=4\n");
  }

  private static Exception database(String message) {
    return new PSQLException(message, PSQLState.UNKNOWN_STATE);
  }

  private Map<String, Object> line() {
    assertThat(lines()).hasSize(1);
    return lines().getFirst();
  }

  private List<Map<String, Object>> lines() {
    String all = written.toString(StandardCharsets.UTF_8);
    assertThat(all).endsWith("\n");
    return Arrays.stream(all.substring(0, all.length() - 1).split("\n", -1))
        .map(JsonLogsTest::parse)
        .toList();
  }

  /// Reads one object and nothing behind it; values of members as text.
  private static Map<String, Object> parse(String line) {
    JsonFactory strict =
        JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    try (JsonParser in = strict.createParser(ObjectReadContext.empty(), line)) {
      assertThat(in.nextToken()).isEqualTo(JsonToken.START_OBJECT);
      Map<String, Object> members = object(in);
      assertThat(in.nextToken()).isNull();
      return members;
    }
  }

  private static Map<String, Object> object(JsonParser in) {
    Map<String, Object> members = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    while (in.nextToken() == JsonToken.PROPERTY_NAME) {
      names.add(in.currentName());
      boolean nested = in.nextToken() == JsonToken.START_OBJECT;
      members.put(names.getLast(), nested ? object(in) : in.getString());
    }
    assertThat(in.currentToken()).isEqualTo(JsonToken.END_OBJECT);
    return members;
  }
}
