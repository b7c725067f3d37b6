package dev.build0711.runner.cloudtasks;

import com.google.cloud.tasks.v2.HttpMethod;
import com.google.cloud.tasks.v2.HttpRequest;
import com.google.cloud.tasks.v2.OidcToken;
import com.google.cloud.tasks.v2.QueueName;
import com.google.cloud.tasks.v2.Task;
import com.google.cloud.tasks.v2.TaskName;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.port.WakeUps.Tick;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/// A wake-up as a task of the queue.
final class WakeUpTask {

  /// Longer than poll-run may take: the answer of a poll that works must not be missed.
  private static final Duration DISPATCH_DEADLINE = Duration.newBuilder().setSeconds(100).build();

  /// A task must have a URL; the queue replaces this one.
  private static final String REPLACED_BY_THE_QUEUE = "https://poll-run.invalid/";

  private final TaskQueue queue;

  WakeUpTask(TaskQueue queue) {
    this.queue = queue;
  }

  String parent() {
    return QueueName.of(queue.project(), queue.location(), queue.name()).toString();
  }

  Task of(Wake wake) {
    return task(shortName(wake), wake.at(), "run_id", wake.id().toString());
  }

  Task of(Tick tick) {
    return task(shortName(tick), tick.at(), "backend", tick.backend());
  }

  /// Begins with a hash, because names that follow one another make a queue slow
  /// (docs.cloud.google.com/tasks/docs/reference/rest, `Task.name`).
  static String shortName(Wake wake) {
    String name = wake.id() + "-" + wake.wakeNo();
    return hash(name, 4) + "-" + name;
  }

  /// With a hash in place of the backend's name, which may have what a task's must not.
  static String shortName(Tick tick) {
    String name = hash(tick.backend(), 8) + "-" + tick.at().getEpochSecond();
    return hash(name, 4) + "-tick-" + name;
  }

  /// @param value has no character that JSON escapes: an id, or a name of the configuration
  private Task task(String name, Instant at, String member, String value) {
    return Task.newBuilder()
        .setName(TaskName.of(queue.project(), queue.location(), queue.name(), name).toString())
        .setScheduleTime(timestamp(at))
        .setDispatchDeadline(DISPATCH_DEADLINE)
        .setHttpRequest(request("{\"" + member + "\":\"" + value + "\"}"))
        .build();
  }

  private HttpRequest request(String body) {
    URI target = queue.target();
    HttpRequest.Builder request =
        HttpRequest.newBuilder()
            .setHttpMethod(HttpMethod.POST)
            .setUrl(target == null ? REPLACED_BY_THE_QUEUE : target.toString())
            .putHeaders("Content-Type", "application/json")
            .setBody(ByteString.copyFromUtf8(body));
    if (target != null && queue.serviceAccount() != null) {
      request.setOidcToken(
          OidcToken.newBuilder()
              .setServiceAccountEmail(queue.serviceAccount())
              .setAudience(target.getScheme() + "://" + target.getAuthority()));
    }
    return request.build();
  }

  private static Timestamp timestamp(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }

  private static String hash(String text, int bytes) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
