package dev.build0711.runner.standalone;

import dev.build0711.runner.config.ConfigKey;
import dev.build0711.runner.config.Environment;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = {
      "Serves the whole API until it is stopped, and looks after the runs.",
      "Everything else is configured by environment variables or the file OPENHANDS_CONFIG."
    })
final class ServeCommand implements Callable<Integer> {

  @Option(names = "--port", description = "Port to listen on (default: PORT, else 8080).")
  private @Nullable Integer port;

  @Option(
      names = "--data",
      defaultValue = ".local",
      description = "Folder to keep runs in (default: ${DEFAULT-VALUE}).")
  private Path data = Path.of(".local");

  @Option(names = "--fresh", description = "Forget the runs of earlier starts first.")
  private boolean fresh;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException, IOException {
    Environment environment = StandaloneConfig.environment();
    if (port != null) {
      environment = environment.with(ConfigKey.SERVER_PORT, port.toString());
    }
    if (fresh) {
      forget();
    }
    StandaloneServer server = StandaloneServer.start(environment, data);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
    greet(server);
    Thread.currentThread().join();
    return 0;
  }

  /// Removes the runs and their simulated conversations, but neither the token nor the unpacked
  /// programs.
  private void forget() throws IOException {
    try (DataDirectory directory = DataDirectory.open(data)) {
      EmbeddedPostgres.remove(directory.binaries(), directory.database());
      Files.deleteIfExists(directory.simulator());
    }
  }

  private void greet(StandaloneServer server) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("OpenHands Runner is ready at " + server.uri());
    if (server.simulated()) {
      out.println(
          "No OPENHANDS_BASE_URL is set: a simulated OpenHands answers, and no real agent works.");
    }
    String token = server.token();
    if (token != null) {
      out.println("Token, kept in " + data.resolve("token") + ": " + token);
    }
    out.println("Start a run:");
    out.println();
    out.println(curl(server, token == null ? "$TOKEN" : token));
    out.println();
    out.flush();
  }

  private static String curl(StandaloneServer server, String token) {
    return """
    curl -sS %s/runs -H 'Authorization: Bearer %s' -H 'Content-Type: application/json' \\
      -d '{"project_id": "demo", "compiled_prompt": "Create a simple Python web server", "repository": "acme/widgets"}'\
    """
        .formatted(server.uri(), token)
        .indent(2)
        .stripTrailing();
  }
}
