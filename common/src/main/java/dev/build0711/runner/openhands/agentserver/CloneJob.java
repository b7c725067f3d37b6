package dev.build0711.runner.openhands.agentserver;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A clone under way, as it is remembered between two looks at it.
///
/// @param command the server's id of the command
/// @param token whether it was given a token
record CloneJob(String command, Instant begun, boolean token) {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern ID = Pattern.compile("[0-9a-fA-F-]{32,36}");

  static boolean valid(String command) {
    return ID.matcher(command).matches();
  }

  /// Reads what [#toString] wrote; null for anything else.
  static @Nullable CloneJob parse(String text) {
    try {
      CloneJob job = JSON.readValue(text, CloneJob.class);
      return job == null || job.command == null || job.begun == null || !valid(job.command)
          ? null
          : job;
    } catch (JacksonException e) {
      return null;
    }
  }

  @Override
  public String toString() {
    return JSON.writeValueAsString(this);
  }
}
