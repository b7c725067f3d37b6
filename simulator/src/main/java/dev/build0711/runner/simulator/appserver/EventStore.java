package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.agentserver.EventJson;
import dev.build0711.runner.simulator.scenario.ExecutionStatus;
import dev.build0711.runner.simulator.scenario.Happening;
import dev.build0711.runner.simulator.scenario.Snapshot;
import dev.build0711.runner.simulator.scenario.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The events that the app server has of a conversation. Its sandbox delivers them ten at a time or
/// when the oldest has waited for some time, so the end of a run is late. There are more than the
/// agent-server itself has: the whole state now and then, and the parts of what the model says.
final class EventStore {

  private static final int BATCH = 10;
  private static final List<String> EMPTY =
      List.of("blocked_actions", "blocked_messages", "tags", "agent_state");

  private final World world;
  private final EventForm form;
  private final EventJson json;
  private final Release release;

  EventStore(World world, Release release) {
    this.world = world;
    this.release = release;
    this.form = new EventForm(release);
    this.json = new EventJson(world.ids());
  }

  /// The events that have arrived, in the order in which the release tells them.
  List<StoredEvent> of(AppConversation conversation) {
    Instant now = world.now();
    Instant lost = conversation.lostAt();
    List<StoredEvent> arrived =
        arrived(
            new Telling(conversation, now).events(),
            conversation.eventLag(),
            now.isAfter(lost) ? lost : now);
    return switch (release) {
      case V1_11 -> arrived;
      case V0_62 -> arrived.stream().sorted(StoredEvent.BY_FILE).toList();
    };
  }

  private static List<StoredEvent> arrived(List<StoredEvent> all, Duration lag, Instant now) {
    int arrived = 0;
    while (arrived < all.size()) {
      int full = arrived + BATCH - 1;
      Instant flush = all.get(arrived).at().plus(lag);
      if (full < all.size() && all.get(full).at().isBefore(flush)) {
        flush = all.get(full).at();
      }
      if (flush.isAfter(now)) {
        break;
      }
      while (arrived < all.size() && arrived <= full && !all.get(arrived).at().isAfter(flush)) {
        arrived++;
      }
    }
    return all.subList(0, arrived);
  }

  /// All that a sandbox tells of a conversation until a moment.
  private final class Telling {

    private final AppConversation conversation;
    private final Snapshot snapshot;
    private final List<StoredEvent> events = new ArrayList<>();
    private int extras;

    Telling(AppConversation conversation, Instant now) {
      this.conversation = conversation;
      this.snapshot = conversation.agent().at(now);
    }

    List<StoredEvent> events() {
      conversation
          .task()
          .plan()
          .when(TaskStatus.STARTING_CONVERSATION)
          .ifPresent(at -> state(at, ExecutionStatus.IDLE));
      List<Happening> history = snapshot.history();
      for (int i = 0; i < history.size(); i++) {
        if (form.tells(history.get(i))) {
          before(history.get(i));
          tell(history.get(i), i);
          after(history.get(i));
        }
      }
      return events;
    }

    private void tell(Happening happening, int index) {
      events.add(
          new StoredEvent(
              world.ids().of(snapshot.id(), index),
              EventJson.kind(happening),
              happening.at(),
              () -> form.stored(json.of(snapshot, index))));
    }

    /// What the model says comes in words first, and last an empty one.
    private void before(Happening happening) {
      if (release == Release.V0_62) {
        return;
      }
      switch (happening) {
        case Happening.Began began -> delta(began.at(), "");
        case Happening.AgentWrote wrote -> {
          for (String word : wrote.text().split("(?<= )", -1)) {
            delta(wrote.at(), word);
          }
          delta(wrote.at(), "");
        }
        default -> {}
      }
    }

    private void after(Happening happening) {
      if (release == Release.V0_62) {
        return;
      }
      switch (happening) {
        case Happening.Failed failed -> state(failed.at(), ExecutionStatus.ERROR);
        case Happening.Paused paused -> state(paused.at(), ExecutionStatus.PAUSED);
        case Happening.Interrupted interrupted -> state(interrupted.at(), ExecutionStatus.PAUSED);
        case Happening.StatusChanged(Instant at, ExecutionStatus status) -> {
          if (status == ExecutionStatus.FINISHED || status == ExecutionStatus.STUCK) {
            state(at, status);
          }
        }
        default -> {}
      }
    }

    private void delta(Instant at, String content) {
      extra(
          "StreamingDeltaEvent",
          "agent",
          at,
          event -> event.put("content", content).putNull("reasoning_content"));
    }

    private void state(Instant at, ExecutionStatus status) {
      extra(
          "ConversationStateUpdateEvent",
          "environment",
          at,
          event -> {
            event.put("key", "full_state");
            fill(event.putObject("value"), status);
          });
    }

    private void extra(String kind, String source, Instant at, Consumer<ObjectNode> rest) {
      UUID owner = snapshot.id();
      UUID id =
          world
              .ids()
              .of(
                  new UUID(~owner.getMostSignificantBits(), owner.getLeastSignificantBits()),
                  extras++);
      events.add(new StoredEvent(id, kind, at, () -> shown(id, kind, source, at, rest)));
    }

    private ObjectNode shown(
        UUID id, String kind, String source, Instant at, Consumer<ObjectNode> rest) {
      ObjectNode event = JsonNodeFactory.instance.objectNode().put("id", id.toString());
      event.put("timestamp", new Timestamp(at).naive()).put("source", source);
      rest.accept(event);
      return form.stored(event.put("kind", kind));
    }

    private void fill(ObjectNode state, ExecutionStatus status) {
      state.put("id", snapshot.id().toString());
      state.putObject("agent").put("kind", "Agent");
      state.putObject("workspace").put("working_dir", ".").put("kind", "LocalWorkspace");
      state.put("persistence_dir", "workspace/conversations/" + StartTask.hex(snapshot.id()));
      state.put("max_iterations", snapshot.opening().maxIterations());
      state.put("stuck_detection", true).put("execution_status", status.toString());
      String policy = snapshot.opening().consent() ? "AlwaysConfirm" : "NeverConfirm";
      state.putObject("confirmation_policy").put("kind", policy);
      state.putArray("activated_knowledge_skills");
      state.putObject("stats").putObject("usage_to_metrics");
      state.putObject("secret_registry").putObject("secret_sources");
      if (release == Release.V1_11) {
        state.putObject("security_analyzer").put("kind", "LLMSecurityAnalyzer");
        state.putArray("activated_path_rules");
        state.putArray("invoked_skills");
        state.put("head_is_empty", false);
        EMPTY.forEach(state::putObject);
      }
    }
  }
}
