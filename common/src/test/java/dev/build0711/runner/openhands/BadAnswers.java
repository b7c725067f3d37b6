package dev.build0711.runner.openhands;

import dev.build0711.runner.exchange.ScriptedServer.Answer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What may stand in the place of an OpenHands' answer, for every call of every dialect.
final class BadAnswers {

  /// Stands wherever an answer has text of its own. No identifier and no version looks like it, so
  /// that it is seen wherever it is passed on.
  static final String MARK = "Xyzzy/From the wire";

  static final List<Integer> STATUSES =
      List.of(
          200, 201, 202, 206, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 409, 410, 413, 418,
          422, 429, 500, 502, 503, 504, 599);

  private static final List<String> WRONG =
      List.of(
          "null",
          "7",
          "-1",
          "1e999",
          "123456789012345678901234567890",
          "[]",
          "[null]",
          "{}",
          "true",
          "NaN",
          "\"" + MARK + "\"",
          "\"\\ud800\"",
          "\"\\u0000\"");

  private BadAnswers() {}

  /// Every body with that status.
  static List<Answer> of(int status) {
    return bodies().stream().map(body -> answer(status, body.text(), body.charset())).toList();
  }

  /// A third of the bodies with a status of success, and every status with a web page.
  static List<Answer> some() {
    List<Answer> some = new ArrayList<>();
    List<Answer> all = of(200);
    for (int i = 0; i < all.size(); i += 3) {
      some.add(all.get(i));
    }
    STATUSES.forEach(status -> some.add(answer(status, page(), StandardCharsets.UTF_8)));
    return some;
  }

  /// More than any answer may have.
  static Answer huge() {
    return answer(200, "{\"detail\":\"" + MARK.repeat(450_000) + "\"}", StandardCharsets.US_ASCII);
  }

  private record Body(String text, Charset charset) {

    Body(String text) {
      this(text, StandardCharsets.UTF_8);
    }
  }

  private static Answer answer(int status, String body, Charset charset) {
    String type = body.startsWith("<") ? "text/html" : "application/json";
    return new Answer(
        status,
        body,
        type,
        Map.of("Location", "http://127.0.0.1:9/" + status, "Retry-After", "Xyzzy"),
        charset);
  }

  private static String page() {
    return "<!doctype html><html><title>Sign in: " + MARK + "</title></html>";
  }

  private static List<Body> bodies() {
    List<Body> bodies = new ArrayList<>();
    for (String text :
        List.of(
            "",
            " ",
            page(),
            "{\"execution_status\":\"" + MARK,
            "{\"id\":\"7\",}",
            "{}{}",
            "[\"" + MARK + "\"]",
            "\"" + MARK + "\"",
            "null",
            "[null]",
            "[null,null]",
            "NaN",
            "-Infinity",
            "1e999999999",
            "9".repeat(1200),
            "{}",
            "[]",
            "[{}]",
            "[[[[]]]]",
            "[".repeat(5000),
            "{\"a\":".repeat(150) + "1" + "}".repeat(150),
            "{\"" + "k".repeat(60_000) + "\":1}",
            "{\"detail\":\"" + MARK.repeat(2_000) + "\"}",
            "{\"execution_status\":\"running\",\"execution_status\":7,\"execution_status\":\""
                + MARK
                + "\"}",
            "{\"items\":[],\"items\":{\"" + MARK + "\":1},\"results\":[],\"results\":\"no\"}",
            "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"" + MARK + "\"}]}",
            "{\"items\":[7,null,\"x\",[],{\"kind\":\"" + MARK + "\",\"id\":[]}]}",
            "{\"events\":[7,null,\"x\",[],{\"id\":\"" + MARK + "\",\"action\":[]}]}",
            "{\"exit_code\":\"" + MARK + "\",\"stdout\":7}")) {
      bodies.add(new Body(text));
    }
    String object = "{\"execution_status\":\"" + MARK + "\"}";
    for (Charset charset :
        List.of(
            StandardCharsets.UTF_16,
            StandardCharsets.UTF_16LE,
            Charset.forName("UTF-32LE"),
            StandardCharsets.ISO_8859_1)) {
      bodies.add(new Body(object.replace("wire", "wir\u00e9"), charset));
    }
    bodies.add(
        new Body("{\"id\":\"\u00c0\u0080\u00ed\u00a0\u0080\"}", StandardCharsets.ISO_8859_1));
    bodies.add(new Body("\u001f\u008b\u0008\u0000\u0000\u0000", StandardCharsets.ISO_8859_1));
    for (String wrong : WRONG) {
      bodies.add(new Body("{\"execution_status\":" + wrong + "}"));
      bodies.add(new Body(everything("{%s}", wrong)));
      bodies.add(new Body(everything("[{%s}]", wrong)));
    }
    return bodies;
  }

  /// All that a client looks for in an object, but for what says what it is, of a wrong type.
  private static String everything(String frame, String wrong) {
    return frame.formatted(
        """
        "id":%1$s,"conversation_id":%1$s,"execution_status":"running","sandbox_status":"RUNNING",\
        "status":%1$s,"stats":%1$s,"metrics":%1$s,"created_at":%1$s,"max_iterations":%1$s,\
        "items":%1$s,"results":%1$s,"events":%1$s,"has_more":%1$s,"next_page_id":%1$s,\
        "paths":%1$s,"info":%1$s,"uptime":%1$s,"capabilities":%1$s,"profiles":%1$s,\
        "agent_settings":%1$s,"exit_code":%1$s,"stdout":%1$s,"pr_number":%1$s\
        """
            .formatted(wrong));
  }
}
