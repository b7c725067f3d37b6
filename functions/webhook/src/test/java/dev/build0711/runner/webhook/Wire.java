package dev.build0711.runner.webhook;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Posts as a git host does, byte for byte.
final class Wire {

  private static final int PATIENCE_MILLIS = 20_000;

  private final URI base;

  Wire(URI base) {
    this.base = base;
  }

  /// An answer.
  record Answer(int status, String body) {}

  Answer post(String path, Map<String, List<String>> headers, byte[] body) throws IOException {
    return post(path, headers, body.length, body);
  }

  /// Says that a body of `length` bytes comes, and waits for the answer to that.
  Answer announce(String path, long length) throws IOException {
    return post(path, Map.of(), length, new byte[0]);
  }

  private Answer post(String path, Map<String, List<String>> headers, long length, byte[] body)
      throws IOException {
    var head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n");
    headers.forEach((name, values) ->
        values.forEach(value -> head.append(name).append(": ").append(value).append("\r\n")));
    head.append("Connection: close\r\nContent-Length: ").append(length).append("\r\n\r\n");
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      var request = new ByteArrayOutputStream();
      request.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
      request.writeBytes(body);
      request.writeTo(socket.getOutputStream());
      return read(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static Answer read(String answer) {
    int status = Integer.parseInt(answer.substring(9, 12));
    return new Answer(status, answer.substring(answer.indexOf("\r\n\r\n") + 4));
  }
}
