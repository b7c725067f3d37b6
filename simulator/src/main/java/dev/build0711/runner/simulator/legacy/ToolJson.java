package dev.build0711.runner.simulator.legacy;

import dev.build0711.runner.simulator.scenario.Act;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The use of a tool as V0's events show it.
final class ToolJson {

  private final Act.ByTool act;

  ToolJson(Act.ByTool act) {
    this.act = act;
  }

  /// V0's name for the act.
  String action() {
    return act instanceof Act.OpenPullRequest ? "call_tool_mcp" : observation();
  }

  /// V0's name for what it comes to.
  String observation() {
    return switch (act) {
      case Act.Plan _ -> "task_tracking";
      case Act.Command _ -> "run";
      case Act.OpenPullRequest _ -> "mcp";
      case Act.Finish _ -> "finish";
    };
  }

  /// One line on what is done.
  String doing() {
    return switch (act) {
      case Act.Plan plan -> "Managing " + plan.total() + " task items.";
      case Act.Command command -> "Running command: " + command.line();
      case Act.OpenPullRequest _ -> "I am interacting with the MCP server with name: create_pr";
      case Act.Finish _ -> "All done! What's next on the agenda?";
    };
  }

  /// One line on what was done.
  String done(String conversation) {
    return act instanceof Act.Command(String line, String _)
        ? "Command `" + line + "` executed with exit code 0."
        : output(conversation);
  }

  /// What the agent reads of the outcome.
  String output(String conversation) {
    return switch (act) {
      case Act.Plan plan ->
          "Task list has been updated with "
              + plan.total()
              + " items. Stored in session directory: sessions/"
              + conversation
              + "/TASKS.md";
      case Act.Command command -> command.output();
      case Act.OpenPullRequest open -> open.url();
      case Act.Finish finish -> finish.message();
    };
  }

  /// What the act was told.
  ObjectNode args() {
    ObjectNode args = JsonNodeFactory.instance.objectNode();
    switch (act) {
      case Act.Plan plan -> tasks(args, plan).put("thought", "");
      case Act.Command(String line, String _) ->
          args.put("command", line)
              .put("is_input", false)
              .put("thought", "")
              .put("blocking", false)
              .put("is_static", false)
              .putNull("cwd")
              .put("hidden", false);
      case Act.OpenPullRequest _ -> {
        args.put("name", "create_pr").put("thought", "").put("security_risk", 0);
        args.set("arguments", told());
      }
      case Act.Finish(String message) ->
          args.put("final_thought", message).put("thought", "").putObject("outputs");
    }
    return args;
  }

  /// What the outcome tells beside its text.
  ObjectNode extras(String workingDir) {
    ObjectNode extras = JsonNodeFactory.instance.objectNode();
    switch (act) {
      case Act.Plan plan -> tasks(extras, plan);
      case Act.Command(String line, String _) -> {
        extras.put("command", line).put("hidden", false);
        ObjectNode metadata = extras.putObject("metadata").put("exit_code", 0).put("pid", -1);
        metadata.put("username", "openhands").put("hostname", "simulator");
        metadata.put("working_dir", workingDir).put("py_interpreter_path", "").put("prefix", "");
        metadata.put("suffix", "\n[The command completed with exit code 0.]");
      }
      case Act.OpenPullRequest _ -> extras.put("name", "create_pr").set("arguments", told());
      case Act.Finish _ -> {}
    }
    return extras;
  }

  /// The model's own call.
  void metadata(ObjectNode metadata, int call) {
    String id = "call_" + call + "_0";
    metadata.put("function_name", function()).put("tool_call_id", id);
    ObjectNode response = metadata.putObject("model_response").put("id", "chatcmpl-" + call);
    response.put("created", 0).put("model", "simulated").put("object", "chat.completion");
    response.putNull("system_fingerprint");
    ObjectNode choice = response.putArray("choices").addObject();
    choice.put("finish_reason", "tool_calls").put("index", 0);
    choice.putObject("provider_specific_fields");
    ObjectNode message = choice.putObject("message").putNull("content").put("role", "assistant");
    ObjectNode told = message.putArray("tool_calls").addObject().put("id", id);
    told.put("type", "function");
    told.putObject("function").put("arguments", told().toString()).put("name", function());
    message.putNull("function_call");
    usage(response.putObject("usage"));
    response.putNull("service_tier");
    metadata.put("total_calls_in_response", 1);
  }

  private String function() {
    return switch (act) {
      case Act.Plan _ -> "task_tracker";
      case Act.Command _ -> "execute_bash";
      case Act.OpenPullRequest _ -> "create_pr";
      case Act.Finish _ -> "finish";
    };
  }

  private ObjectNode told() {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    return switch (act) {
      case Act.Plan plan -> tasks(told, plan);
      case Act.Command(String line, String _) ->
          told.put("command", line).put("security_risk", "LOW");
      case Act.OpenPullRequest _ -> told.put("title", "Do what was asked");
      case Act.Finish(String message) -> told.put("message", message);
    };
  }

  private static void usage(ObjectNode usage) {
    usage.put("completion_tokens", 10).put("prompt_tokens", 100).put("total_tokens", 110);
    usage.putNull("completion_tokens_details").putNull("prompt_tokens_details");
  }

  private static ObjectNode tasks(ObjectNode into, Act.Plan plan) {
    into.put("command", "plan").putArray("task_list");
    for (int i = 0; i < plan.total(); i++) {
      String status = i < plan.done() ? "done" : i == plan.done() ? "in_progress" : "todo";
      ObjectNode task = into.withArray("task_list").addObject();
      task.put("id", String.valueOf(i + 1)).put("title", "Task " + (i + 1));
      task.put("status", status).put("notes", "");
    }
    return into;
  }
}
