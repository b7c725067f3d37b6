package dev.build0711.runner.simulator.contract;

/// What the runner asks of a server, whatever that is called in its API.
enum Ask {
  /// How a conversation stands.
  LOOK,
  /// What happened in it.
  EVENTS,
  START,
  TELL,
  STOP,
  /// To set an agent going again.
  RESUME,
  /// Whatever it is.
  ANYTHING;

  String method() {
    return switch (this) {
      case LOOK, EVENTS -> "GET";
      case START, TELL, STOP, RESUME -> "POST";
      case ANYTHING -> ".*";
    };
  }

  /// A regular expression for the path.
  String path(Stage stage) {
    return this == ANYTHING
        ? "/.*"
        : switch (stage.dialect()) {
          case AGENT_SERVER -> agentServer();
          case APP_V1 -> appServer();
          case APP_V0 -> legacy();
        };
  }

  private String agentServer() {
    String one = "/api/conversations/[0-9a-f-]+";
    return switch (this) {
      case LOOK -> one;
      case EVENTS -> one + "/events/search";
      case START -> "/api/conversations";
      case TELL -> one + "/events";
      case STOP -> one + "/interrupt";
      case RESUME -> one + "/run";
      case ANYTHING -> "/.*";
    };
  }

  private String appServer() {
    return switch (this) {
      case LOOK, START -> "/api/v1/app-conversations";
      case EVENTS -> "/api/v1/(conversation/[^/]+/)?events/search";
      case TELL -> "/api/v1/app-conversations/[^/]+/send-message|/sandboxes/.*/events";
      case STOP -> "/sandboxes/.*/interrupt";
      case RESUME -> "/sandboxes/.*/run";
      case ANYTHING -> "/.*";
    };
  }

  private String legacy() {
    String one = "/api/conversations/[0-9a-f-]+";
    return switch (this) {
      case LOOK, EVENTS, STOP -> one + "/events";
      case START -> "/api/conversations";
      case TELL -> one + "/message";
      case RESUME -> one + "/start";
      case ANYTHING -> "/.*";
    };
  }
}
