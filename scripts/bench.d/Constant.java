import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Answers every request with the same run: what the functions framework and the machine allow.
public final class Constant implements HttpFunction {

  private static final byte[] ANSWER =
      """
      {"run_id":"run_01jxt21q00f9k8z8zhwrb15266","project_id":"shop","status":"QUEUED",\
      "percent":0,"phase":null,"status_reason":null,"title":"Checkout",\
      "repository":"acme/widgets","branch":"main","metadata":{"branch":"main","ticket":4711},\
      "pull_requests":[],"attempt":1,"revision":0,"retry_of":null,"retried_by":null,\
      "created_at":"2026-03-02T10:00:00.000Z","updated_at":"2026-03-02T10:00:00.000Z",\
      "started_at":null,"finished_at":null}"""
          .getBytes(StandardCharsets.UTF_8);

  @Override
  public void service(HttpRequest request, HttpResponse response) throws IOException {
    response.setContentType("application/json");
    response.getOutputStream().write(ANSWER);
  }
}
