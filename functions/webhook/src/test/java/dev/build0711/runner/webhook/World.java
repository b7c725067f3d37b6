package dev.build0711.runner.webhook;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.build0711.runner.app.ReceiveWebhook;
import dev.build0711.runner.app.TakeHint;
import dev.build0711.runner.githost.github.GitHub;
import dev.build0711.runner.githost.gitlab.GitLab;
import dev.build0711.runner.http.Callers;
import dev.build0711.runner.http.Edge;
import dev.build0711.runner.openhands.agentserver.AgentServerPush;
import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.GitHost;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.run.Marker;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.RecordedWakeUps;
import dev.build0711.runner.testing.WebhookFixtures;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/// What the function under test works with, to be changed between two requests.
final class World {

  /// The world that the framework's own instance of the function lives in.
  static final World ONE = new World();

  final AtomicReference<DeliveryStore> store = new AtomicReference<>();
  final AtomicReference<Instant> now = new AtomicReference<>(WebhookFixtures.NOW);
  final AtomicReference<List<String>> gitHubSecrets = new AtomicReference<>(List.of());
  final AtomicReference<List<String>> signingTokens = new AtomicReference<>(List.of());
  final AtomicReference<List<String>> secretTokens = new AtomicReference<>(List.of());

  final AtomicReference<RunStore> runs =
      new AtomicReference<>(new InMemoryRunStore(InstantSource.system()));
  final AtomicReference<List<String>> openHandsSecrets = new AtomicReference<>(List.of());
  final List<Wake> woken = new CopyOnWriteArrayList<>();

  private World() {}

  /// The secrets that the fixtures' deliveries are signed with, and `deliveries` to take them.
  void reset(DeliveryStore deliveries) {
    store.set(deliveries);
    now.set(WebhookFixtures.NOW);
    gitHubSecrets.set(List.of(WebhookFixtures.secret("github", "secret")));
    signingTokens.set(List.of(WebhookFixtures.secret("gitlab", "signing_token")));
    secretTokens.set(List.of(WebhookFixtures.secret("gitlab", "secret_token")));
  }

  /// The function, made anew for every request around what the world holds then.
  public static final class Function implements HttpFunction {

    private final Edge edge = new Edge(Callers.everybody(), null, new SecureRandom());

    @Override
    public void service(HttpRequest request, HttpResponse response) {
      var receive =
          new ReceiveWebhook(
              ONE.store.get(),
              new RecordedWakeUps(),
              new Marker(() -> WebhookFixtures.MARKER_KEY),
              WebhookFixtures.BACKENDS,
              ONE.now::get);
      GitHost gitHub = new GitHub(ONE.gitHubSecrets::get);
      GitHost gitLab = new GitLab(ONE.signingTokens::get, ONE.secretTokens::get, ONE.now::get);
      new WebhookFunction(
              edge,
              new WebhookFunction.GitWebhooks(receive, gitHub, gitLab),
              new WebhookFunction.Push(
                  new TakeHint(ONE.runs.get(), new RecordedWakeUps(ONE.woken)),
                  new AgentServerPush(ONE.openHandsSecrets::get)))
          .service(request, response);
    }
  }
}
