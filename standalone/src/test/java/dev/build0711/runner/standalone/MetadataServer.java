package dev.build0711.runner.standalone;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/// The server that tells a process on Google's machines which service account it runs as: it hands
/// out the account's access token, here for Cloud SQL alone.
final class MetadataServer implements AutoCloseable {

  private static final String FLAVOR = "Metadata-Flavor";
  private static final String ACCOUNT = "/computeMetadata/v1/instance/service-accounts/default";
  private static final String SCOPES = "scopes=https://www.googleapis.com/auth/sqlservice.login";

  private final HttpServer server;
  private volatile String token = "";

  MetadataServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  /// What `GCE_METADATA_HOST` has to say.
  String host() {
    return "localhost:" + server.getAddress().getPort();
  }

  /// From now on this is the account's token, which holds for an hour.
  void hands(String accessToken) {
    token =
        JsonMapper.shared()
            .createObjectNode()
            .put("access_token", accessToken)
            .put("expires_in", 3600)
            .put("token_type", "Bearer")
            .toString();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set(FLAVOR, "Google");
      String path = exchange.getRequestURI().getPath();
      String query = Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), "");
      if (!"Google".equals(exchange.getRequestHeaders().getFirst(FLAVOR))) {
        exchange.sendResponseHeaders(403, -1);
      } else if (path.equals("/")) {
        exchange.sendResponseHeaders(200, -1);
      } else if (path.equals(ACCOUNT + "/token")
          && URLDecoder.decode(query, StandardCharsets.UTF_8).equals(SCOPES)) {
        byte[] body = token.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
