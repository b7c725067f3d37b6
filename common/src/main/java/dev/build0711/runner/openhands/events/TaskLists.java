package dev.build0711.runner.openhands.events;

import dev.build0711.runner.openhands.Texts;
import dev.build0711.runner.run.Progress;
import dev.build0711.runner.run.Progress.Task;
import dev.build0711.runner.run.Progress.TaskStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads the agent's task list from the task tracker's action or observation.
public final class TaskLists {

  private static final int MAX_TITLE = 500;

  private TaskLists() {}

  /// The list in `node`, or `before` where there is none.
  public static @Nullable List<Task> in(JsonNode node, @Nullable List<Task> before) {
    JsonNode list = node.path("task_list");
    return list.isArray()
        ? list.valueStream()
            .limit(Progress.MAX_TASKS)
            .filter(JsonNode::isObject)
            .map(TaskLists::task)
            .toList()
        : before;
  }

  private static Task task(JsonNode node) {
    String title = Texts.clean(node.path("title").stringValue(""));
    int length = title.codePointCount(0, title.length());
    return new Task(
        length <= MAX_TITLE ? title : title.substring(0, title.offsetByCodePoints(0, MAX_TITLE)),
        switch (node.path("status").stringValue("")) {
          case "done" -> TaskStatus.DONE;
          case "in_progress" -> TaskStatus.IN_PROGRESS;
          default -> TaskStatus.TODO;
        });
  }
}
