package dev.build0711.runner.openhands;

import dev.build0711.runner.run.Conversation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a server answers when all is well, and where the run stands that asks it.
///
/// @param cursor what is remembered of the conversation, null for nothing
/// @param answers the first that fits a request is given, 404 where none does
public record Good(
    String name, Conversation conversation, @Nullable String cursor, List<Answer> answers) {

  /// The answer to requests whose path begins so.
  public record Answer(String method, String path, String body) {

    public static Answer get(String path, String body) {
      return new Answer("GET", path, body);
    }

    public static Answer post(String path, String body) {
      return new Answer("POST", path, body);
    }

    byte[] bytes() {
      return body.getBytes(StandardCharsets.UTF_8);
    }
  }

  /// The place of the answer to a request, -1 where there is none.
  int place(String method, String path) {
    for (int i = 0; i < answers.size(); i++) {
      Answer one = answers.get(i);
      if (one.method().equals(method) && path.startsWith(one.path())) {
        return i;
      }
    }
    return -1;
  }
}
