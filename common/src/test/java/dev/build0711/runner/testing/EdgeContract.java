package dev.build0711.runner.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What holds at the edge whatever container it is served by, proven over real sockets against
/// [EdgeFixture].
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class EdgeContract {

  private static final String RUN = "/runs/run_01jxt21q00f9k8z8zhwrb15269";
  private static final int CAP = 4 * 1024 * 1024;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  /// Where the fixture is served.
  protected abstract URI base();

  @Test
  void aPathThatNobodyServesIs404() throws Exception {
    assertProblem(send(get("/nowhere")), 404, "not_found");
    assertProblem(send(get("/runs/")), 404, "not_found");
  }

  @Test
  void aPathOfAnotherFunctionIs404AndNamesIt() throws Exception {
    HttpResponse<String> response = send(get("/health"));

    assertProblem(response, 404, "not_found");
    assertThat(response.body()).contains("served by the function health");
  }

  @Test
  void anotherMethodIs405WithEveryMethodOfThePath() throws Exception {
    HttpResponse<String> response = send(request("/runs").method("PUT", BodyPublishers.noBody()));

    assertProblem(response, 405, "method_not_allowed");
    assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS, POST");
  }

  @Test
  void optionsTellsWhatAPathTakesWithoutAToken() throws Exception {
    HttpResponse<String> response =
        send(
            HttpRequest.newBuilder(uri("/webhooks/github"))
                .method("OPTIONS", BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(response.headers().firstValue("Allow")).hasValue("OPTIONS, POST");
    assertThat(response.body()).isEmpty();
  }

  @Test
  void headIsGetWithoutTheBody() throws Exception {
    HttpResponse<String> get = send(get(RUN));
    HttpResponse<String> head = send(request(RUN).method("HEAD", BodyPublishers.noBody()));

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValue("ETag")).isEqualTo(get.headers().firstValue("ETag"));
    assertThat(head.headers().firstValue("Content-Length"))
        .isEqualTo(get.headers().firstValue("Content-Length"));
  }

  @Test
  void withoutAKnownTokenIs401() throws Exception {
    for (String header : List.of("Bearer wrong", "Basic " + EdgeFixture.TOKEN, "Bearer")) {
      HttpResponse<String> response =
          send(HttpRequest.newBuilder(uri(RUN)).header("Authorization", header));

      assertProblem(response, 401, "unauthorized");
      assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    }
    assertProblem(send(HttpRequest.newBuilder(uri(RUN))), 401, "unauthorized");
  }

  @Test
  void aTokenWithoutTheScopeIs403() throws Exception {
    HttpRequest.Builder post =
        HttpRequest.newBuilder(uri("/runs"))
            .header("Authorization", "bearer " + EdgeFixture.READER)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}"));

    assertProblem(send(post), 403, "insufficient_scope");
  }

  @Test
  void whoIsNotLetInIsALineOfTheLogWithoutWhatWasSent() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            lines.add(line.getMessage() + Arrays.toString(line.getParameters()));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("dev.build0711.runner.http.Endpoint");
    logger.setLevel(Level.INFO); // whatever a test before has left
    logger.addHandler(handler);
    try {
      send(HttpRequest.newBuilder(uri(RUN)).header("Authorization", "Bearer kanarienvogel"));
      send(
          HttpRequest.newBuilder(uri("/runs"))
              .header("Authorization", "Bearer " + EdgeFixture.READER)
              .POST(BodyPublishers.ofString("{}")));
      send(get("/nowhere"));
    } finally {
      logger.removeHandler(handler);
      logger.setLevel(null);
    }

    assertThat(lines).hasSize(2).noneMatch(line -> line.contains("kanarien"));
    assertThat(lines.getFirst())
        .startsWith("request refused")
        .contains("code=unauthorized", "route=GET /runs/{run_id}", "detail=The token is not known");
    assertThat(lines.getLast()).contains("code=insufficient_scope", "route=POST /runs,");
  }

  @Test
  void whoDoesNotAcceptJsonIsTold406() throws Exception {
    assertProblem(send(get(RUN).header("Accept", "text/html")), 406, "not_acceptable");
    assertProblem(
        send(get(RUN).header("Accept", "*/*, application/json;q=0")), 406, "not_acceptable");
    assertThat(send(get(RUN).header("Accept", "text/html, */*;q=0.1")).statusCode()).isEqualTo(200);
  }

  @Test
  void aBodyThatIsNotCalledJsonIs415() throws Exception {
    for (String type :
        List.of("text/plain", "application/json; charset=latin1", "application/jsonp")) {
      HttpRequest.Builder post =
          request("/runs").header("Content-Type", type).POST(BodyPublishers.ofString("{}"));

      assertProblem(send(post), 415, "unsupported_media_type");
    }
    HttpRequest.Builder packed = post("{}").header("Content-Encoding", "gzip");
    assertProblem(send(packed), 415, "unsupported_media_type");
  }

  @Test
  void whatIsNoJsonIs400() throws Exception {
    for (String body :
        List.of("", "{", "{\"a\":1}x", "{\"a\":1} {}", "{a:1}", "[1,]", "{\"a\":tru}", "nul")) {
      assertProblem(send(post(body)), 400, "malformed_json");
    }
    byte[] latin = "{\"project_id\":\"\u00e4\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertProblem(send(post(latin)), 400, "malformed_json");
    byte[] wide = "{}".getBytes(StandardCharsets.UTF_16LE);
    assertProblem(send(post(wide)), 400, "malformed_json");
  }

  @Test
  void allMistakesAreToldAtOnce() throws Exception {
    HttpResponse<String> response =
        send(
            request("/runs?dry=1")
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofString(
                        "{\"project_id\":7,\"timeout_seconds\":59,\"promt\":\"x\",\"a/b~c\":1}")));

    assertProblem(response, 422, "invalid_request");
    assertThat(response.body())
        .contains(
            "{\"parameter\":\"dry\",\"detail\":\"is not known\"}",
            "{\"pointer\":\"/project_id\",\"detail\":\"must be a string\"}",
            "{\"pointer\":\"/compiled_prompt\",\"detail\":\"is required\"}",
            "{\"pointer\":\"/timeout_seconds\",\"detail\":\"must be from 60 to 100\"}",
            "{\"pointer\":\"/promt\",\"detail\":\"is not known\"}",
            "{\"pointer\":\"/a~1b~0c\",\"detail\":\"is not known\"}");
  }

  @Test
  void namesGivenTwiceHiddenNulsAndHalfCharactersAre422() throws Exception {
    String start = "{\"project_id\":\"p\",\"compiled_prompt\":\"x\",\"metadata\":";
    assertMistake(start + "{\"k\":1,\"k\":2}}", "/metadata/k", "must not be given twice");
    assertMistake(start + "{\"k\":[\"\\u0000\"]}}", "/metadata/k/0", "must not contain U+0000");
    assertMistake(
        start + "{\"k\":\"\\ud83d\"}}", "/metadata/k", "must not contain a lone surrogate");
    assertMistake(start + "{}, \"project_id\":\"q\"}", "/project_id", "must not be given twice");
    String deep = "[".repeat(63) + "]".repeat(63);
    assertMistake(start + "{\"k\":" + deep + "}}", "", "nested deeper than 64");
    assertThat(send(post("[{\"project_id\":7}]")).body())
        .contains("\"errors\":[{\"pointer\":\"\",\"detail\":\"must be a JSON object\"}]");
    assertMistake(start + "1" + "0".repeat(2000) + "}", "", "a number or a name that long");
  }

  @Test
  void charactersAreCodePointsAndMetadataStaysAsItWas() throws Exception {
    String prompt = "\ud83d\ude80".repeat(200_000);
    String metadata = "{\"n\":1.50, \"deep\":{\"x\":[1e400,\"\u00e4\"]}}";
    HttpResponse<String> response =
        send(
            post(
                "{\"compiled_prompt\":\"%s\",\"metadata\":%s ,\"project_id\":\"p\"}"
                    .formatted(prompt, metadata)));

    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.body())
        .isEqualTo(
            "{\"project_id\":\"p\",\"characters\":200000,\"timeout_seconds\":null,\"metadata\":"
                + metadata
                + "}");
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
  }

  @Test
  void aBodyBeyondTheCapIs413WhateverItsLength() throws Exception {
    HttpRequest.Builder chunked =
        request("/runs")
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.fromPublisher(
                    BodyPublishers.ofByteArray(
                        " ".repeat(CAP + 1).getBytes(StandardCharsets.US_ASCII))));
    assertProblem(send(chunked), 413, "content_too_large");

    String announced = raw("Content-Length: " + (CAP + 1) + "\r\n\r\n{");
    assertThat(announced).startsWith("HTTP/1.1 413 ").contains("content_too_large");
  }

  @Test
  void aBodyUpToTheCapIsRead() throws Exception {
    HttpRequest.Builder hook =
        HttpRequest.newBuilder(uri("/webhooks/github"))
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofByteArray(new byte[CAP + 1]));

    assertThat(send(hook).body()).isEqualTo("{\"bytes\":" + (CAP + 1) + "}");
  }

  @Test
  void aBodyThatBreaksOffIsNoServerError() throws Exception {
    String answer = raw("Content-Length: 100\r\n\r\n{\"project_id\":");

    assertThat(answer).doesNotContain("HTTP/1.1 5").doesNotContain("HTTP/1.1 2");
  }

  @Test
  void parametersAreReadStrictly() throws Exception {
    assertThat(send(get("/runs?limit=7&project_id=a+b&project_id=%C3%A4")).body())
        .isEqualTo("{\"limit\":7,\"projects\":\"a b|\u00e4\"}");
    HttpResponse<String> wrong =
        send(get("/runs?limit=7&limit=8&status%3D=1&project_id=%ff&page=2"));
    assertProblem(wrong, 422, "invalid_request");
    assertThat(wrong.body())
        .contains(
            "{\"parameter\":\"limit\",\"detail\":\"must not be given twice\"}",
            "{\"parameter\":\"project_id\",\"detail\":\"must be percent-encoded",
            "{\"parameter\":\"page\",\"detail\":\"is not known\"}");
    assertProblem(send(get("/runs?limit=101")), 422, "invalid_request");
    assertProblem(send(get(RUN + "?wait=1")), 422, "invalid_request");
  }

  @Test
  void anAddressThatNoRunCanHaveIs404() throws Exception {
    assertProblem(send(get("/runs/run_1")), 404, "run_not_found");
    assertProblem(send(get("/runs/%E2%9C%93")), 404, "run_not_found");
  }

  @Test
  void theRequestIdIsEchoedOrMadeOnEveryAnswer() throws Exception {
    HttpResponse<String> echoed = send(get("/nowhere").header("X-Request-Id", "req-1.A_b"));
    HttpResponse<String> made = send(get(RUN).header("X-Request-Id", "has space"));

    assertThat(echoed.headers().allValues("X-Request-Id")).containsExactly("req-1.A_b");
    assertThat(made.headers().firstValue("X-Request-Id").orElseThrow()).matches("[0-9a-f]{32}");
  }

  @Test
  void theLogKnowsTheRunAndTheTrace() throws Exception {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    HttpResponse<String> w3c =
        send(get(RUN).header("traceparent", "00-" + trace + "-b7ad6b7169203331-01"));
    HttpResponse<String> google = send(get(RUN).header("X-Cloud-Trace-Context", trace + "/1;o=1"));

    String expected = "{\"run_id\":\"" + RUN.substring(6) + "\",\"trace\":\"" + trace + "\"}";
    assertThat(w3c.body()).isEqualTo(expected);
    assertThat(google.body()).isEqualTo(expected);
  }

  @Test
  void whatTheCallerHasAlreadyIsNotSentAgain() throws Exception {
    String tag = send(get(RUN)).headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> same = send(get(RUN).header("If-None-Match", "\"other\", W/" + tag));
    HttpResponse<String> other = send(get(RUN).header("If-None-Match", "\"other\""));

    assertThat(tag).matches("\"[A-Za-z0-9_-]{20}\"");
    assertThat(same.statusCode()).isEqualTo(304);
    assertThat(same.body()).isEmpty();
    assertThat(same.headers().firstValue("ETag")).hasValue(tag);
    assertThat(other.statusCode()).isEqualTo(200);
    assertThat(other.headers().firstValue("Cache-Control")).hasValue("private, no-cache");
  }

  @Test
  void addressesBeginWithTheOneTheCallerUsed() throws Exception {
    String body = "{\"project_id\":\"p\",\"compiled_prompt\":\"x\"}";
    HttpResponse<String> direct = send(post(body));
    HttpResponse<String> proxied =
        send(
            post(body)
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Host", "runs.example.com"));
    HttpResponse<String> forged = send(post(body).header("X-Forwarded-Host", "evil/\"><x"));

    String own = base() + "/runs/x";
    assertThat(direct.headers().firstValue("Location")).hasValue(own);
    assertThat(proxied.headers().firstValue("Location"))
        .hasValue("https://runs.example.com/runs/x");
    assertThat(forged.headers().firstValue("Location")).hasValue(own);
  }

  @Test
  void noFailureLeavesEmptyOrTellsWhatWentWrongInside() throws Exception {
    assertProblem(send(get("/runs/" + EdgeFixture.BROKEN_RUN)), 500, "internal_error");
    assertProblem(send(get("/runs/" + EdgeFixture.FATAL_RUN)), 500, "internal_error");
    HttpResponse<String> storeless = send(get("/runs/" + EdgeFixture.STORELESS_RUN));
    assertProblem(storeless, 503, "storage_unavailable");
    assertThat(storeless.headers().firstValue("Retry-After")).hasValue("5");
    assertThat(storeless.body()).contains("\"retryable\":true");
  }

  @Test
  void theQueueIsToldOnlyWhetherToTryAgain() throws Exception {
    HttpResponse<String> hopeless =
        send(HttpRequest.newBuilder(uri("/tasks/poll-run")).POST(BodyPublishers.ofString("[]")));
    HttpResponse<String> failed =
        send(
            HttpRequest.newBuilder(uri("/tasks/poll-run"))
                .POST(BodyPublishers.ofString("{\"what\":\"x\"}")));

    assertThat(hopeless.statusCode()).isEqualTo(200);
    assertThat(hopeless.body()).isEqualTo("{\"outcome\":\"dropped\",\"code\":\"invalid_request\"}");
    assertThat(failed.statusCode()).isEqualTo(503);
    assertThat(failed.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void everyProblemHasAPage() throws Exception {
    HttpResponse<String> page = send(HttpRequest.newBuilder(uri("/problems/run-not-found")));

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("404", "run_not_found", "Check the run_id");
    assertProblem(send(HttpRequest.newBuilder(uri("/problems/none"))), 404, "not_found");
  }

  private void assertMistake(String body, String pointer, String detail) throws Exception {
    HttpResponse<String> response = send(post(body));
    assertProblem(response, 422, "invalid_request");
    assertThat(response.body()).contains("\"pointer\":\"" + pointer).contains(detail);
  }

  private static void assertProblem(HttpResponse<String> response, int status, String code) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
    assertThat(response.body())
        .contains("\"type\":\"/problems/" + code.replace('_', '-') + "\"")
        .contains("\"status\":" + status, "\"code\":\"" + code + "\"", "\"title\":\"")
        .contains("\"detail\":\"", "\"retryable\":" + (status >= 500))
        .containsPattern("\"instance\":\"/errors/[0-9a-f]{32}\"")
        .doesNotContain(EdgeFixture.SECRET, "Exception", "java.");
  }

  private HttpRequest.Builder get(String path) {
    return request(path).GET();
  }

  @Test
  void aRefusedRequestLeavesItsConnectionUsable() throws Exception {
    String two =
        """
        POST /runs HTTP/1.1\r
        Host: x\r
        Authorization: Bearer %s\r
        Content-Type: text/plain\r
        Content-Length: 5\r
        \r
        12345POST /runs HTTP/1.1\r
        Host: x\r
        Connection: close\r
        Authorization: Bearer %s\r
        Content-Type: text/plain\r
        Content-Length: 5\r
        \r
        12345\
        """
            .formatted(EdgeFixture.TOKEN, EdgeFixture.TOKEN);

    try (var socket = new Socket(base().getHost(), base().getPort())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      // the bodies come late, as they do over a real network
      for (String part : two.split("(?<=\n\r\n)", -1)) {
        out.write(part.getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
      String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answers.split("HTTP/1.1 415", -1)).hasSize(3);
    }
  }

  private HttpRequest.Builder post(String json) {
    return post(json.getBytes(StandardCharsets.UTF_8));
  }

  private HttpRequest.Builder post(byte[] json) {
    return request("/runs")
        .header("Content-Type", "application/json; charset=UTF-8")
        .POST(BodyPublishers.ofByteArray(json));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + EdgeFixture.TOKEN);
  }

  private URI uri(String path) {
    return base().resolve(path);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
  }

  /// Posts a run with whatever headers and bytes, then says nothing more, and reads the answer.
  private String raw(String rest) throws IOException {
    try (var socket = new Socket(base().getHost(), base().getPort())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      String head =
          "POST /runs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
              + EdgeFixture.TOKEN
              + "\r\nContent-Type: application/json\r\n";
      out.write((head + rest).getBytes(StandardCharsets.UTF_8));
      out.flush();
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
