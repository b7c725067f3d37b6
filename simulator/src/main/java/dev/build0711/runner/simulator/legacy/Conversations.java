package dev.build0711.runner.simulator.legacy;

import dev.build0711.runner.simulator.legacy.LegacyConversation.Status;
import dev.build0711.runner.simulator.scenario.Opening;
import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All conversations of a V0 server, and which of them have a loop. Only so many have one at once:
/// a further one takes the place of that which has rested longest.
final class Conversations {

  private static final UUID CONVERSATIONS = new UUID(0, 3);
  private static final List<String> TOOLS = List.of("execute_bash", "task_tracker", "finish");

  private final World world;
  private final LegacyOptions options;
  private final SequencedMap<String, LegacyConversation> byId = new LinkedHashMap<>();
  private final Set<LegacyConversation> open = new LinkedHashSet<>();
  private int made;

  Conversations(World world, LegacyOptions options) {
    this.world = world;
    this.options = options;
  }

  /// An id that no conversation has.
  synchronized String newId() {
    return world.ids().of(CONVERSATIONS, made++).toString().replace("-", "");
  }

  synchronized Optional<LegacyConversation> find(String id) {
    LegacyConversation found = byId.get(id);
    if (found == null || !exists(found)) {
      return Optional.empty();
    }
    found.closeIfIdleFor(options.idle());
    return Optional.of(found);
  }

  /// The conversation of that id.
  ///
  /// @throws Refusal if there is none
  LegacyConversation known(String id) {
    return find(id).orElseThrow(() -> unknown(id));
  }

  /// The conversation of that id, which has a loop.
  ///
  /// @throws Refusal if there is none, or it has none
  LegacyConversation open(String id) {
    return find(id)
        .filter(conversation -> conversation.status() != Status.STOPPED)
        .orElseThrow(() -> unknown(id));
  }

  private static Refusal unknown(String id) {
    return Refusal.of(404, "Conversation " + id + " not found");
  }

  /// Makes a conversation without a loop, or finds the one of that id, whatever it is about.
  LegacyConversation create(String id, Subject subject, Settings settings) {
    return find(id).orElseGet(() -> made(id, subject, settings));
  }

  private synchronized LegacyConversation made(String id, Subject subject, Settings settings) {
    if (world.size() == 0) {
      byId.clear();
    }
    int iterations = settings.maxIterations();
    Opening opening =
        new Opening(
            subject.workingDir(),
            null,
            iterations,
            settings.confirms(),
            settings.model(),
            "agent",
            TOOLS,
            Map.of(),
            subject.repositoryUrl());
    if (!(world.start(engineId(id), opening)
        instanceof World.Outcome.Done(var agent, boolean _, Instant _))) {
      throw Refusal.unexpected();
    }
    var conversation = new LegacyConversation(world, id, subject, agent, iterations);
    byId.put(id, conversation);
    return conversation;
  }

  /// Gives a conversation a loop if it has none.
  ///
  /// @param message what its agent is to begin with, null for nothing
  synchronized void open(LegacyConversation conversation, @Nullable String message) {
    if (conversation.status() != Status.STOPPED) {
      return;
    }
    open.removeIf(other -> !exists(other) || other.status() == Status.STOPPED);
    while (open.size() >= options.maxConversations()) {
      LegacyConversation oldest = longestRested();
      oldest.close();
      open.remove(oldest);
    }
    conversation.open(message, options.startup());
    open.add(conversation);
  }

  /// Every conversation, the newest first. To be read to its end before anything is changed.
  synchronized Stream<LegacyConversation> newestFirst() {
    return List.copyOf(byId.sequencedValues().reversed()).stream().filter(this::exists);
  }

  /// Forgets a conversation.
  ///
  /// @return whether there was one
  synchronized boolean delete(String id) {
    LegacyConversation gone = byId.remove(id);
    return gone != null && world.delete(engineId(id));
  }

  private LegacyConversation longestRested() {
    return open.stream()
        .min(Comparator.comparing(c -> Optional.ofNullable(c.updatedAt()).orElse(c.createdAt())))
        .orElseThrow();
  }

  /// The world may have been made to forget everything.
  private boolean exists(LegacyConversation conversation) {
    return world
        .find(engineId(conversation.id()))
        .filter(agent -> agent == conversation.agent())
        .isPresent();
  }

  private static UUID engineId(String id) {
    return UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8));
  }
}
