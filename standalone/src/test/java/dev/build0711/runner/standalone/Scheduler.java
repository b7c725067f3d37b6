package dev.build0711.runner.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// Cloud Scheduler with the one job that Terraform makes; its minutes are shorter.
final class Scheduler implements AutoCloseable {

  private static final Duration MINUTE = Duration.ofSeconds(15);

  private final JsonNode job;
  private final HttpClient client;
  private final ScheduledExecutorService minutes = Executors.newSingleThreadScheduledExecutor();

  /// @param client by which the job is called; closed with this
  Scheduler(JsonNode job, HttpClient client) {
    if (!job.path("schedule").asString().equals("* * * * *")) {
      throw new IllegalArgumentException("another schedule than every minute");
    }
    this.job = job;
    this.client = client;
  }

  /// Begins to call every minute.
  Scheduler started() {
    Future<?> _ =
        minutes.scheduleAtFixedRate(
            this::tryToCall, MINUTE.toMillis(), MINUTE.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  /// Calls now.
  ///
  /// @return what was answered
  HttpResponse<String> call() throws IOException, InterruptedException {
    JsonNode target = job.at("/http_target/0");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(FrontEnd.withoutTls(URI.create(target.path("uri").asString())))
            .timeout(Duration.parse("PT" + job.path("attempt_deadline").asString()))
            .header("User-Agent", "Google-Cloud-Scheduler")
            .header("Authorization", Token.of(target.at("/oidc_token/0")).authorization())
            .method(
                target.path("http_method").asString(),
                BodyPublishers.ofByteArray(
                    Base64.getDecoder().decode(target.path("body").asString(""))));
    target
        .path("headers")
        .properties()
        .forEach(it -> request.header(it.getKey(), it.getValue().asString()));
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private void tryToCall() {
    try {
      call();
    } catch (IOException e) {
      // the next minute is the next attempt
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    minutes.shutdownNow();
    client.shutdownNow();
  }
}
