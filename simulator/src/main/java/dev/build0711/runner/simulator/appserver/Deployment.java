package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.scenario.Conversation;
import dev.build0711.runner.simulator.scenario.Cue;
import dev.build0711.runner.simulator.scenario.Opening;
import dev.build0711.runner.simulator.scenario.World;
import dev.build0711.runner.simulator.web.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The start tasks, sandboxes and conversations of an app server. Tasks and conversations are kept
/// in its database, the sandboxes in its process only.
final class Deployment {

  private static final int MOST_TASKS = 100_000;
  private static final UUID TASKS = new UUID(1, 1);
  private static final UUID CONVERSATIONS = new UUID(1, 2);
  private static final UUID SANDBOXES = new UUID(1, 3);

  private final World world;
  private final AppOptions options;
  private final Settings settings;
  private final StartPlanner planner;
  private final Names names;
  private final Map<UUID, StartTask> tasks = new LinkedHashMap<>();
  private final Map<UUID, AppConversation> conversations = new LinkedHashMap<>();
  private final Map<UUID, AppConversation> everHad = new LinkedHashMap<>();
  private final Map<UUID, Sandbox> sandboxes = new LinkedHashMap<>();
  private final Map<String, Sandbox> listed = new LinkedHashMap<>();
  private int started;
  private int restarts;
  private int resets;

  Deployment(World world, AppOptions options, Settings settings) {
    this.world = world;
    this.options = options;
    this.settings = settings;
    this.planner = new StartPlanner(world, options);
    this.names = new Names(world.ids());
    this.restarts = world.restarts();
    this.resets = world.resets();
  }

  Instant now() {
    return world.now();
  }

  /// Takes notice of what became of the process since the last call.
  synchronized void catchUp() {
    if (resets != world.resets()) {
      resets = world.resets();
      clear();
    }
    if (restarts != world.restarts()) {
      restarts = world.restarts();
      interrupt(world.startedAt());
      listed.values().forEach(sandbox -> sandbox.forget(world.startedAt()));
      listed.clear();
    }
  }

  /// The process is not the same as before `at`: what it was about to do will not be done.
  synchronized void interrupt(Instant at) {
    for (StartTask task : tasks.values()) {
      boolean under = task.over().map(over -> over.isAfter(at)).orElse(true);
      task.freeze(at);
      if (under && conversations.remove(task.conversation()) != null) {
        everHad.remove(task.conversation());
        world.delete(task.conversation());
      }
    }
  }

  private void clear() {
    tasks.clear();
    conversations.clear();
    everHad.clear();
    sandboxes.clear();
    listed.clear();
  }

  /// Begins to start a conversation.
  synchronized StartTask start(StartRequest request) {
    Instant now = world.now();
    int number = started++;
    UUID conversation = request.conversation();
    StartTask task =
        begun(
            request,
            world.ids().of(TASKS, number),
            conversation == null ? world.ids().of(CONVERSATIONS, number) : conversation,
            now);
    if (tasks.size() >= MOST_TASKS) {
      tasks.remove(tasks.keySet().iterator().next());
    }
    tasks.put(task.id(), task);
    return task;
  }

  private StartTask begun(StartRequest request, UUID id, UUID conversation, Instant now) {
    String wanted = request.text("sandbox_id");
    Sandbox shared = wanted == null ? null : listed.get(wanted);
    if (wanted != null && shared == null) {
      StartPlan refused = StartPlan.refused(now, "500: Sandbox not found: " + wanted);
      return new StartTask(id, conversation, null, request, refused);
    }
    StartPlan plan = planner.plan(request, conversation);
    if (plan.past(TaskStatus.WORKING).isEmpty()) {
      return new StartTask(id, conversation, null, request, plan);
    }
    Sandbox sandbox = shared == null ? sandbox(request, conversation, plan, now) : shared;
    if (shared != null && shared.status(now) == SandboxStatus.PAUSED) {
      resume(shared);
    }
    StartTask task = new StartTask(id, conversation, sandbox, request, plan);
    plan.when(TaskStatus.READY).ifPresent(ready -> begin(task, sandbox, ready));
    return task;
  }

  private Sandbox sandbox(StartRequest request, UUID conversation, StartPlan plan, Instant now) {
    Instant upAt = plan.past(TaskStatus.WAITING_FOR_SANDBOX).orElse(Instant.MAX);
    String name =
        request.conversation() == null
            ? names.of(world.ids().of(SANDBOXES, started))
            : StartTask.hex(conversation);
    Sandbox same = listed.get(name);
    if (same != null && !in(same).isEmpty()) {
      replace(same, upAt);
      return same;
    }
    pauseOldest(now);
    UUID id = world.ids().of(SANDBOXES, started);
    Sandbox sandbox = new Sandbox(id, name, names.keyOf(id), now, upAt, options.release());
    sandboxes.put(id, sandbox);
    listed.put(name, sandbox);
    return sandbox;
  }

  private void replace(Sandbox sandbox, Instant upAt) {
    sandbox.replace();
    in(sandbox).forEach(conversation -> conversation.lose(upAt));
  }

  private void pauseOldest(Instant now) {
    if (listed.size() < options.maxSandboxes()) {
      return;
    }
    List<Sandbox> running =
        listed.values().stream()
            .filter(sandbox -> sandbox.status(now) != SandboxStatus.PAUSED)
            .sorted(Comparator.comparing(Sandbox::createdAt))
            .toList();
    for (int i = 0; i <= running.size() - options.maxSandboxes(); i++) {
      pause(running.get(i));
    }
  }

  private void begin(StartTask task, Sandbox sandbox, Instant ready) {
    StartRequest request = task.request();
    String model = request.text("llm_model");
    Opening opening =
        new Opening(
            ".",
            null,
            settings.maxIterations(),
            settings.confirms(),
            model == null ? settings.model() : model,
            "agent",
            List.of("terminal", "file_editor", "task_tracker"),
            Map.of(),
            request.repositoryUrl());
    if (world.start(task.conversation(), opening)
        instanceof World.Outcome.Done(Conversation agent, boolean _, Instant _)) {
      request.prompt().ifPresent(prompt -> world.schedule(agent, prompt, ready));
      Cue cue = request.cue();
      if (cue.name().equals("null-phase")) {
        sandbox.expect(Trouble.of(cue), ready);
      }
      AppConversation conversation =
          new AppConversation(
              task,
              sandbox,
              agent,
              ready,
              cue.seconds("lag", options.eventLag()),
              options.release());
      conversations.put(conversation.id(), conversation);
      everHad.put(conversation.id(), conversation);
    }
  }

  synchronized Optional<StartTask> task(UUID id) {
    return Optional.ofNullable(tasks.get(id));
  }

  /// All start tasks, oldest first.
  synchronized List<StartTask> tasks() {
    return List.copyOf(tasks.values());
  }

  /// The conversation with this id, once it is there.
  synchronized Optional<AppConversation> conversation(UUID id) {
    return Optional.ofNullable(conversations.get(id)).filter(this::isThere);
  }

  /// What a text means as an id, empty when it means none.
  static Optional<UUID> id(String text) {
    try {
      return Optional.of(Refusal.uuid(text, "id"));
    } catch (Refusal e) {
      return Optional.empty();
    }
  }

  /// All conversations that are there, newest first.
  synchronized List<AppConversation> conversations() {
    return new ArrayList<>(conversations.values())
        .reversed().stream().filter(this::isThere).toList();
  }

  /// A conversation that is there or was: its events outlive it.
  synchronized Optional<AppConversation> everHad(UUID id) {
    return Optional.ofNullable(everHad.get(id)).filter(this::isThere);
  }

  /// All of those.
  synchronized List<AppConversation> everHad() {
    return everHad.values().stream().filter(this::isThere).toList();
  }

  private boolean isThere(AppConversation conversation) {
    return conversation.task().isReady(world.now());
  }

  /// The sandbox with this id in the API.
  synchronized @Nullable Sandbox listed(String name) {
    return listed.get(name);
  }

  /// All sandboxes, newest first.
  synchronized List<Sandbox> listed() {
    return new ArrayList<>(listed.values()).reversed();
  }

  /// The sandbox at an address, whether it is in the list or not.
  synchronized @Nullable Sandbox addressed(UUID id) {
    return sandboxes.get(id);
  }

  synchronized void pause(Sandbox sandbox) {
    sandbox.pause();
    in(sandbox).forEach(conversation -> conversation.agent().suspend(world.now()));
  }

  synchronized void resume(Sandbox sandbox) {
    if (sandbox.status(world.now()) != SandboxStatus.PAUSED) {
      return;
    }
    pauseOldest(world.now());
    sandbox.resume(world.now());
    in(sandbox).forEach(conversation -> conversation.agent().wake(world.now()));
  }

  /// Ends all that runs in it.
  synchronized void remove(Sandbox sandbox) {
    in(sandbox).forEach(conversation -> conversation.agent().suspend(world.now()));
    sandbox.remove();
    listed.remove(sandbox.name());
  }

  /// Removes a conversation with its start task, and its sandbox if no other one is in it.
  synchronized void remove(AppConversation conversation) {
    conversations.remove(conversation.id());
    tasks.remove(conversation.task().id());
    conversation.agent().suspend(world.now());
    if (conversations.values().stream().noneMatch(c -> c.sandbox() == conversation.sandbox())) {
      remove(conversation.sandbox());
    }
  }

  /// The conversations in a sandbox.
  synchronized List<AppConversation> in(Sandbox sandbox) {
    return conversations.values().stream().filter(c -> c.sandbox() == sandbox).toList();
  }
}
