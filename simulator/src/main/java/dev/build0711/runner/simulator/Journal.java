package dev.build0711.runner.simulator;

import dev.build0711.runner.simulator.web.Dialect;
import dev.build0711.runner.simulator.web.Request;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What was asked of a simulator, in a file, so that one that is started anew knows its
/// conversations again, as the real server does. A scenario follows from its beginning and the
/// time, so the requests that change something are all that has to be kept. Secrets in them are
/// not.
final class Journal implements AutoCloseable {

  /// A journal that has grown beyond this is begun anew.
  private static final long MAX_BYTES = 64L << 20;

  private static final List<String> KEYS =
      List.of("api_key", "llm_api_key", "search_api_key", "sandbox_api_key");

  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final BufferedWriter writer;

  private Journal(Path file, BufferedWriter writer) {
    this.file = file;
    this.writer = writer;
  }

  /// One request; `target` is its path and query.
  private record Entry(Instant at, String method, String target, String body) {}

  static Journal open(Path file) throws IOException {
    if (Files.exists(file) && Files.size(file) > MAX_BYTES) {
      Files.delete(file);
    }
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    return new Journal(
        file, Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND));
  }

  /// Goes through everything that was kept, at the times at which it was asked.
  ///
  /// @param key what the dialect asks for, null for none
  /// @return whether there was anything
  boolean replay(Dialect dialect, ReplayClock clock, @Nullable String key) throws IOException {
    Map<String, String> headers =
        key == null
            ? Map.of("content-type", "application/json")
            : Map.of("content-type", "application/json", "x-session-api-key", key);
    List<Entry> kept = entries();
    try {
      for (Entry entry : kept) {
        clock.hold(entry.at());
        dialect.answer(request(entry, headers));
      }
    } finally {
      clock.release();
    }
    return !kept.isEmpty();
  }

  private List<Entry> entries() throws IOException {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
      return lines.filter(Journal::whole).map(line -> JSON.readValue(line, Entry.class)).toList();
    }
  }

  /// Keeps a request that may have changed something, before it is answered.
  synchronized void keep(Instant at, Request request, URI uri) {
    if (request.method().equals("GET") || request.path().startsWith("/api/file/")) {
      return;
    }
    String body = withoutSecrets(request.body(StandardCharsets.UTF_8));
    var entry = new Entry(at, request.method(), uri.toString(), body);
    try {
      writer.write(JSON.writeValueAsString(entry));
      writer.newLine();
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the journal " + file + " cannot be written", e);
    }
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }

  /// The last line of a process that was killed may be cut off.
  private static boolean whole(String line) {
    return line.endsWith("}");
  }

  private static Request request(Entry entry, Map<String, String> headers) {
    return new Request(
        entry.method(),
        URI.create(entry.target()),
        headers,
        entry.body().getBytes(StandardCharsets.UTF_8));
  }

  private static String withoutSecrets(String body) {
    if (!body.startsWith("{")) {
      return "";
    }
    JsonNode whole = JSON.readTree(body);
    hide(whole);
    return JSON.writeValueAsString(whole);
  }

  private static void hide(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove("secrets");
      for (String key : KEYS) {
        if (object.has(key)) {
          object.put(key, "hidden");
        }
      }
    }
    node.forEach(Journal::hide);
  }
}
