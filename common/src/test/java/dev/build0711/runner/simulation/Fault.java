package dev.build0711.runner.simulation;

/// What goes wrong in a simulation.
enum Fault {
  CRASH_BEFORE("a process dies before a call of a port"),
  CRASH_AFTER("a process dies after a call has taken effect"),
  STORE_FAILS_BEFORE("a call of a store fails without effect"),
  STORE_FAILS_AFTER("a call of a store takes effect and fails"),
  FROZEN("a process stands still for longer than its lease"),
  SKEWED_CLOCK("a process has a clock that is up to ten minutes wrong"),

  TASK_REFUSED("the queue refuses a task"),
  TASK_REFUSED_LATE("the queue takes a task and says that it did not"),
  TASK_DROPPED("the queue loses a task"),
  TASK_DOUBLED("the queue delivers a task twice"),
  TASK_DELAYED("the queue delivers a task minutes late"),
  TASK_OVERTAKEN("the queue delivers a later task first"),
  TASK_REPEATED("the queue delivers a task again long after"),
  MAINTAIN_SKIPPED("nobody calls maintain for a while"),

  BACKEND_DOWN("a backend does not answer"),
  BACKEND_UNAUTHORIZED("a backend refuses the key"),
  BACKEND_GARBAGE("a backend answers nonsense"),
  BACKEND_SLOW("a backend takes all the time that it has, and does not answer"),
  BACKEND_FULL("a backend has no free place although it should"),
  BACKEND_RESTARTED("a backend is restarted under its agents"),
  CONVERSATION_LOST("a backend loses a conversation"),
  WORKSPACE_LOST("a backend forgets a workspace that it prepares"),
  START_ANSWER_LOST("an agent is started, and the answer is lost"),
  START_LATE("an agent is started long after the answer was given up"),
  START_HIDDEN("a conversation cannot be recognised for minutes"),
  START_FAILED("a backend gives up starting an agent"),
  MESSAGE_ANSWER_LOST("a message arrives, and the answer is lost"),
  MESSAGE_LATE("a message arrives long after the answer was given up"),
  MESSAGE_LOST("a message does not arrive, and nobody says so"),
  MESSAGE_NOT_RUN("a full backend stores a message and does not run it"),
  STOP_SLOW("an agent stops only when its step is over"),
  RESUME_SLOW("a sandbox has to come up before its agent goes on"),
  STATUS_FLAPS("a backend shows a wrong status for a moment"),
  STATUS_EARLY("a backend says finished, and its agent works on"),
  AGENT_DEAD("a backend says running, and its agent is dead"),
  AGENT_STUBBORN("a backend does not stop an agent that it was told to stop"),

  WEBHOOK_EARLY("a delivery comes before the run knows its conversation"),
  WEBHOOK_DOUBLED("a delivery comes twice"),
  WEBHOOK_MISSING("a delivery never comes"),
  WEBHOOK_LATE("a delivery comes minutes late"),
  WEBHOOK_FOREIGN("a delivery shows somebody else's pull request with the run's marks");

  private final String description;

  Fault(String description) {
    this.description = description;
  }

  String description() {
    return description;
  }
}
