package dev.build0711.runner.simulator.agentserver;

import dev.build0711.runner.simulator.scenario.Act;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The use of a tool as the server's events show it.
final class ToolJson {

  private final Act.ByTool act;

  ToolJson(Act.ByTool act) {
    this.act = act;
  }

  String name() {
    return switch (act) {
      case Act.Plan _ -> "task_tracker";
      case Act.Command _ -> "terminal";
      case Act.OpenPullRequest _ -> "create_pr";
      case Act.Finish _ -> "finish";
    };
  }

  /// One line on what is done.
  String summary() {
    return name() + ": " + arguments();
  }

  /// The model's own call.
  void call(ObjectNode call, String id) {
    call.put("id", id).put("name", name()).put("arguments", arguments().toString());
    call.put("origin", "completion");
  }

  ObjectNode action() {
    ObjectNode action = arguments();
    return switch (act) {
      case Act.Plan _ -> action.put("kind", "TaskTrackerAction");
      case Act.Command _ ->
          action.put("is_input", false).put("reset", false).put("kind", "TerminalAction");
      case Act.OpenPullRequest _ -> {
        ObjectNode called = JsonNodeFactory.instance.objectNode().put("kind", "MCPToolAction");
        called.set("data", action);
        yield called;
      }
      case Act.Finish _ -> action.put("kind", "FinishAction");
    };
  }

  ObjectNode observation(String workingDir) {
    ObjectNode observation = JsonNodeFactory.instance.objectNode();
    text(observation.putArray("content").addObject(), output());
    observation.put("is_error", false);
    return switch (act) {
      case Act.Plan plan -> {
        observation.put("command", "plan");
        tasks(observation, plan);
        yield observation.put("kind", "TaskTrackerObservation");
      }
      case Act.Command command -> terminal(observation, command, workingDir);
      case Act.OpenPullRequest _ ->
          observation.put("tool_name", name()).put("kind", "MCPToolObservation");
      case Act.Finish _ -> observation.put("kind", "FinishObservation");
    };
  }

  /// A piece of text.
  static void text(ObjectNode content, String text) {
    content.put("cache_prompt", false).put("type", "text").put("text", text);
  }

  private ObjectNode arguments() {
    ObjectNode arguments = JsonNodeFactory.instance.objectNode();
    switch (act) {
      case Act.Plan plan -> {
        arguments.put("command", "plan");
        tasks(arguments, plan);
      }
      case Act.Command(String line, String _) -> arguments.put("command", line);
      case Act.OpenPullRequest _ -> arguments.put("title", "Do what was asked");
      case Act.Finish(String message) -> arguments.put("message", message);
    }
    return arguments;
  }

  private String output() {
    return switch (act) {
      case Act.Plan plan -> "Task list has been updated with " + plan.total() + " item(s).";
      case Act.Command command -> command.output();
      case Act.OpenPullRequest open -> open.url();
      case Act.Finish finish -> finish.message();
    };
  }

  private static void tasks(ObjectNode into, Act.Plan plan) {
    into.putArray("task_list");
    for (int i = 0; i < plan.total(); i++) {
      String status = i < plan.done() ? "done" : i == plan.done() ? "in_progress" : "todo";
      ObjectNode task = into.withArray("task_list").addObject().put("title", "Task " + (i + 1));
      task.put("notes", "").put("status", status);
    }
  }

  private static ObjectNode terminal(
      ObjectNode observation, Act.Command command, String workingDir) {
    observation.put("command", command.line()).put("exit_code", 0).put("timeout", false);
    ObjectNode metadata = observation.putObject("metadata").put("exit_code", 0).put("pid", -1);
    metadata.put("username", "openhands").put("hostname", "simulator");
    metadata.put("working_dir", workingDir).put("py_interpreter_path", "").put("prefix", "");
    metadata.put("suffix", "\n[The command completed with exit code 0.]");
    observation.put("full_output_save_dir", "workspace/conversations/observations");
    return observation.put("kind", "TerminalObservation");
  }
}
