package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.appserver.StartPlan.Obstacle;
import dev.build0711.runner.simulator.scenario.Cue;
import dev.build0711.runner.simulator.scenario.World;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/// Knows from a request how its start will go: by the cue in its prompt, its repository and whether
/// its id is taken.
final class StartPlanner {

  private final World world;
  private final AppOptions options;

  StartPlanner(World world, AppOptions options) {
    this.world = world;
    this.options = options;
  }

  /// @param conversation what the conversation would be
  StartPlan plan(StartRequest request, UUID conversation) {
    Cue cue = request.cue();
    Optional<Duration> startup = cue.startup(options.startup());
    StartPlan plan =
        StartPlan.smooth(
            options.release().phases(), world.now(), startup.orElse(options.startup()));
    return obstacle(request, conversation, startup.isEmpty()).map(plan::stoppedBy).orElse(plan);
  }

  private Optional<Obstacle> obstacle(StartRequest request, UUID conversation, boolean never) {
    Cue cue = request.cue();
    if (cue.name().equals("start-error")) {
      String detail = cue.text("detail", "").replace('_', ' ');
      return Optional.of(
          new Obstacle(at(cue, TaskStatus.PREPARING_REPOSITORY), Optional.of(detail)));
    }
    if (never || cue.name().equals("start-hang")) {
      return Optional.of(new Obstacle(at(cue, TaskStatus.WAITING_FOR_SANDBOX), Optional.empty()));
    }
    String repository = request.text("selected_repository");
    if (repository != null && repository.contains("no-such")) {
      return Optional.of(new Obstacle(TaskStatus.PREPARING_REPOSITORY, Optional.of("")));
    }
    return world.find(conversation).map(_ -> taken());
  }

  private static TaskStatus at(Cue cue, TaskStatus otherwise) {
    return TaskStatus.PHASES.stream()
        .filter(status -> status.name().equalsIgnoreCase(cue.text("at", "")))
        .findFirst()
        .orElse(otherwise);
  }

  /// A second agent-server does not start a conversation whose folder the first one has.
  private static Obstacle taken() {
    String detail =
        "Server error '500 Internal Server Error' for url 'http://localhost:8000/api/conversations'"
            + "\nFor more information check:"
            + " https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/500";
    return new Obstacle(TaskStatus.STARTING_CONVERSATION, Optional.of(detail));
  }
}
