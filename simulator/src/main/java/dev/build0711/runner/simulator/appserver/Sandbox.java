package dev.build0711.runner.simulator.appserver;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Where agents run: an agent-server of its own, with a key of its own, which the app server may
/// stop, throw away or forget.
final class Sandbox {

  private final UUID id;
  private final String name;
  private final String key;
  private final Instant createdAt;
  private final Instant upAt;
  private final Release release;
  private volatile @Nullable Trouble trouble;
  private volatile Instant troubleFrom;
  private volatile boolean paused;
  private volatile boolean gone;
  private volatile @Nullable Instant forgottenAt;
  private volatile int addresses = 1;

  /// @param id what its address is made from
  /// @param name its id in the API
  /// @param upAt when its agent-server answers
  Sandbox(UUID id, String name, String key, Instant createdAt, Instant upAt, Release release) {
    this.id = id;
    this.name = name;
    this.key = key;
    this.createdAt = createdAt;
    this.upAt = upAt;
    this.troubleFrom = upAt;
    this.release = release;
  }

  UUID id() {
    return id;
  }

  String name() {
    return name;
  }

  String key() {
    return key;
  }

  Instant createdAt() {
    return createdAt;
  }

  /// How the app server sees it.
  SandboxStatus status(Instant now) {
    if (gone || forgottenAt != null) {
      return SandboxStatus.MISSING;
    }
    if (paused) {
      return SandboxStatus.PAUSED;
    }
    if (now.isBefore(upAt)) {
      return SandboxStatus.STARTING;
    }
    return trouble(now).map(Trouble::shown).orElse(SandboxStatus.RUNNING);
  }

  /// Whether the app server reaches its agent-server.
  boolean isReached(Instant now) {
    return status(now) == SandboxStatus.RUNNING && trouble(now).isEmpty();
  }

  /// Whether its agent-server answers those who have its address.
  boolean answers(Instant now) {
    return !gone && !paused && !now.isBefore(upAt);
  }

  /// Whether the app server has it in its list.
  boolean isListed() {
    return !gone && forgottenAt == null;
  }

  /// Since when events of it are not taken any more, null when they are.
  @Nullable Instant forgottenAt() {
    return forgottenAt;
  }

  void pause() {
    paused = true;
  }

  void resume(Instant now) {
    paused = false;
    troubleFrom = now;
  }

  void remove() {
    gone = true;
  }

  /// The app server has been started anew and does not know it any more.
  void forget(Instant now) {
    if (forgottenAt == null) {
      forgottenAt = now;
    }
  }

  /// Plans a time in which it cannot be reached, counted from `from` and from each resume.
  void expect(Trouble trouble, Instant from) {
    this.trouble = trouble;
    this.troubleFrom = from;
  }

  /// A second agent-server was started in its place; the first one works on where nobody looks.
  synchronized void replace() {
    addresses++;
  }

  /// The address of its agent-server.
  ///
  /// @param base where the simulator itself answers
  String url(String base) {
    return base + AppServer.SANDBOXES + StartTask.hex(id) + (addresses > 1 ? "-" + addresses : "");
  }

  /// As the app server tells of it.
  ObjectNode shown(Instant now, String base) {
    SandboxStatus status = status(now);
    boolean running = status == SandboxStatus.RUNNING;
    ObjectNode sandbox = JsonNodeFactory.instance.objectNode();
    sandbox.put("id", name).putNull("created_by_user_id");
    sandbox.put("sandbox_spec_id", release.sandboxSpec()).put("status", status.name());
    sandbox.put("session_api_key", running ? key : null);
    sandbox.putNull("exposed_urls");
    if (running) {
      ObjectNode url = sandbox.putArray("exposed_urls").addObject().put("name", "AGENT_SERVER");
      url.put("url", url(base));
      if (release == Release.V1_11) {
        url.put("port", 8000);
      }
    }
    return sandbox.put("created_at", new Timestamp(createdAt).zoned());
  }

  private Optional<Trouble> trouble(Instant now) {
    Trouble planned = trouble;
    return planned == null || !planned.isAt(now, troubleFrom)
        ? Optional.empty()
        : Optional.of(planned);
  }
}
