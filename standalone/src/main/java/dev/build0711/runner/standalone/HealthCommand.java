package dev.build0711.runner.standalone;

import dev.build0711.runner.config.RunnerConfig;
import dev.build0711.runner.config.RunnerConfig.Server;
import dev.build0711.runner.standalone.http.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "health",
    mixinStandardHelpOptions = true,
    description = "Asks a running runner how it is.",
    exitCodeList = {
      "0:it is ok or degraded",
      "1:it is down, or does not answer",
      "2:asked for wrongly"
    })
final class HealthCommand implements Callable<Integer> {

  private static final Duration LIMIT = Duration.ofSeconds(5);

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Its address (default: this machine, at server.port).")
  private @Nullable URI url;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    URI asked = url == null ? here() : url;
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
      var answer = client.send(request(asked), BodyHandlers.ofString());
      spec.commandLine().getOut().println(answer.body());
      return answer.statusCode() == 200 ? 0 : 1;
    } catch (IOException e) {
      spec.commandLine().getErr().println("No runner answers at " + asked + ".");
      return 1;
    }
  }

  /// Where a runner with this configuration serves.
  private static URI here() {
    Server server = RunnerConfig.from(StandaloneConfig.environment(), Set.of()).server();
    return HttpServer.uri(server.host(), server.port());
  }

  private HttpRequest request(URI asked) {
    try {
      return HttpRequest.newBuilder(URI.create(asked + "/health")).timeout(LIMIT).build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(),
          "Invalid value for option '--url': " + asked + " is no http or https address",
          e);
    }
  }
}
