package dev.build0711.runner.simulator.agentserver;

import dev.build0711.runner.simulator.scenario.Act;
import dev.build0711.runner.simulator.scenario.Conversation;
import dev.build0711.runner.simulator.scenario.Happening;
import dev.build0711.runner.simulator.scenario.Snapshot;
import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The calls that tell and fetch what agents have made. Nothing is executed, so there is one file:
/// an agent that has run a command has written it into its working directory, committed and pushed.
final class ResultCalls {

  private static final String FILE = "hello.txt";
  private static final String CONTENT = "written by a simulated agent";
  private static final String PATCH =
      """
      diff --git a/hello.txt b/hello.txt
      new file mode 100644
      --- /dev/null
      +++ b/hello.txt
      @@ -0,0 +1 @@
      +written by a simulated agent
      """;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'+00:00'").withZone(ZoneOffset.UTC);

  private final World world;
  private final Edition edition;
  private final EventJson json;

  ResultCalls(World world, Edition edition) {
    this.world = world;
    this.edition = edition;
    this.json = new EventJson(world.ids());
  }

  void addTo(Router router) {
    router
        .on("GET", "/api/git/changes", (request, _) -> changes(request, path(request)))
        .on("GET", "/api/git/diff", (request, _) -> diff(path(request)))
        .on("GET", "/api/git/commits", (request, _) -> commits(path(request)))
        .on(
            "GET",
            "/api/git/commits/{sha}/changes",
            (request, _) -> changes(request, path(request)))
        .on("GET", "/api/file/archive", (request, _) -> archive(path(request)))
        .on("GET", "/api/file/download", (request, _) -> download(path(request)))
        .on("GET", "/api/file/download-trajectory/{id}", (_, id) -> trajectory(id))
        .on(
            "GET",
            "/api/conversations/{id}/git/changes",
            (request, id) -> changes(request, dir(id)))
        .on("GET", "/api/conversations/{id}/git/diff", (request, id) -> diff(file(request, id)))
        .on(
            "GET",
            "/api/conversations/{id}/workspace/{file}",
            (request, id) -> download(named(request, id)));
  }

  private Reply changes(Request request, String folder) {
    ArrayNode changes = JsonNodeFactory.instance.arrayNode();
    boolean committed = request.param("ref").map("HEAD"::equals).orElse(false);
    if (!committed && workedIn(folder).isPresent()) {
      changes.addObject().put("status", "ADDED").put("path", FILE);
    }
    return Reply.json(200, changes);
  }

  private Reply diff(String file) {
    if (!isWritten(file)) {
      throw Refusal.of(400, "File does not exist: " + file);
    }
    return Reply.json(200, Refusal.object().put("modified", CONTENT).put("original", ""));
  }

  private Reply commits(String folder) {
    ObjectNode body = Refusal.object();
    ArrayNode commits = body.putArray("commits");
    workedIn(folder)
        .ifPresent(done -> {
          commit(commits, sha(done, 1), "Do what was asked", done.updatedAt());
          commit(commits, sha(done, 0), "First", done.createdAt());
        });
    return Reply.json(200, body.put("has_more", false));
  }

  private static void commit(ArrayNode commits, String sha, String subject, Instant at) {
    ObjectNode commit = commits.addObject().put("sha", sha).put("short_sha", sha.substring(0, 7));
    commit.put("subject", subject).put("author", "Simulated Agent");
    commit.put("timestamp", TIME.format(at));
  }

  private Reply archive(String folder) {
    Snapshot done = workedIn(folder).orElseThrow(() -> Refusal.of(404, "Directory not found"));
    String name = folder.substring(folder.lastIndexOf('/') + 1);
    String origin = Optional.ofNullable(done.opening().repositoryUrl()).orElse("");
    return Reply.of(200, "text/x-patch; charset=utf-8", PATCH)
        .with("Content-Disposition", "attachment; filename=\"" + name + ".patch\"")
        .with("x-archive-repo-remote", encoded(origin))
        .with("x-archive-branch", encoded("openhands/" + done.id()))
        .with("x-archive-repo-root", encoded(folder))
        .with("x-archive-head-commit", sha(done, 1))
        .with("x-archive-base-commit", sha(done, 0))
        .with("x-archive-base-ref", "auto");
  }

  private Reply download(String file) {
    if (!isWritten(file)) {
      throw Refusal.of(404, "File not found");
    }
    return Reply.of(200, "application/octet-stream", CONTENT + "\n");
  }

  private Reply trajectory(String id) {
    Snapshot conversation =
        world
            .find(Refusal.uuid(id, "path.conversation_id"))
            .map(found -> found.at(world.now()))
            .orElseThrow(() -> Refusal.of(404, "Conversation not found"));
    return Reply.of(200, "application/octet-stream", zipped(conversation))
        .with("Content-Disposition", "attachment; filename=\"" + id + ".zip\"");
  }

  private byte[] zipped(Snapshot conversation) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
      for (int i = 0; i < conversation.history().size(); i++) {
        String name = "events/event-" + i + "-" + world.ids().of(conversation.id(), i) + ".json";
        zip.putNextEntry(new ZipEntry(name));
        String event = edition.form().apply(json.of(conversation, i)).toString();
        zip.write(event.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("nothing is written to a file", e);
    }
    return bytes.toByteArray();
  }

  private boolean isWritten(String file) {
    return file.endsWith("/" + FILE)
        && workedIn(file.substring(0, file.length() - FILE.length() - 1)).isPresent();
  }

  /// The newest conversation whose agent has run a command in that folder.
  private Optional<Snapshot> workedIn(String folder) {
    return world.newestIn(folder).map(found -> found.at(world.now())).filter(ResultCalls::hasRun);
  }

  private static boolean hasRun(Snapshot conversation) {
    return conversation.history().stream()
        .anyMatch(h -> h instanceof Happening.Ended ended && ended.act() instanceof Act.Command);
  }

  private String dir(String id) {
    Conversation conversation =
        world.find(Refusal.uuid(id, "path.conversation_id")).orElseThrow(Refusal::notFound);
    return conversation.at(world.now()).opening().workingDir();
  }

  private String file(Request request, String id) {
    String asked = path(request);
    return asked.startsWith("/") ? asked : dir(id) + "/" + asked;
  }

  private String named(Request request, String id) {
    return dir(id) + request.path().substring(request.path().lastIndexOf('/'));
  }

  private String sha(Snapshot conversation, int number) {
    String hex = world.ids().of(conversation.id(), number).toString().replace("-", "");
    return hex + hex.substring(0, 8);
  }

  private static String path(Request request) {
    return request.param("path").orElseThrow(() -> Refusal.missing("query.path"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
