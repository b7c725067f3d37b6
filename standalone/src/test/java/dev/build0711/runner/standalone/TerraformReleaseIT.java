package dev.build0711.runner.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `scripts/deploy.d/release` with doubles of Terraform, gcloud and Docker, which note what they
/// are asked for, and a deployment that works with one commit and not with the other.
@Timeout(120)
class TerraformReleaseIT {

  private static final Duration LIMIT = Duration.ofSeconds(90);

  /// Of the smoke's ping with the secret below; TerraformSmokeIT has the runner check one.
  private static final String SIGNATURE =
      "sha256=12ac480d61405a18d12e5a392a48c28ac8f8b4f5ca2f3f4c1a4a92d954c2bbf4";

  private static final String TERRAFORM =
      """
      #!/usr/bin/env bash
      case "$*" in
        *" init "*) echo '# as Terraform leaves it' >terraform/.terraform.lock.hcl ;;
        *"output -json release") cat "$DOUBLES/release" ;;
        *"output -json secrets")
          echo '{"openhands-token": "sm://projects/p/secrets/runner-openhands-token",
                 "github-webhook-secret": "sm://projects/p/secrets/runner-github-webhook-secret"}' ;;
        *"output -json function_urls") cat "$DOUBLES/urls" ;;
        *"output -raw images") echo europe-west1-docker.pkg.dev/p/runner ;;
        *"output -raw migrate") echo "gcloud run jobs execute runner-migrate" ;;
        *" apply "*)
          echo "apply commit=$TF_VAR_commit image=${TF_VAR_image:-none} packages=${TF_VAR_packages_dir:-built}" >>"$DOUBLES/log"
          printf %s "$TF_VAR_commit" >"$DOUBLES/deployed" ;;
      esac
      """;

  private static final String GCLOUD =
      """
      #!/usr/bin/env bash
      echo "gcloud $*" >>"$DOUBLES/log"
      case "$*" in
        "secrets versions access"*openhands-token) printf %s key-of-openhands ;;
        "secrets versions access"*)
          echo 'ERROR: NOT_FOUND: no version' >&2
          exit 1 ;;
        "secrets versions add"*) cat >"$DOUBLES/added" ;;
        "storage cp"*) printf %s "$3" >"$4" ;;
      esac
      """;

  private static final String DOCKER =
      """
      #!/usr/bin/env bash
      echo "docker ${1:-}" >>"$DOUBLES/log"
      case $1 in
        build) cat >/dev/null ;;
        inspect) echo europe-west1-docker.pkg.dev/p/runner/standalone@sha256:new ;;
      esac
      """;

  @TempDir private Path folder;
  private Path repository;
  private Path doubles;
  private HttpServer deployment;
  private String former;
  private String fresh;
  private volatile String broken = "";

  @BeforeEach
  void makeARepositoryOfTwoCommits() throws Exception {
    doubles = Files.createDirectories(folder.resolve("doubles"));
    script(doubles.resolve("terraform"), TERRAFORM);
    script(doubles.resolve("gcloud"), GCLOUD);
    script(doubles.resolve("docker"), DOCKER);
    repository = Files.createDirectories(folder.resolve("repository"));
    for (String name :
        List.of("deploy", "deploy.d/release", "deploy.d/secrets", "deploy.d/smoke")) {
      script(
          repository.resolve("scripts").resolve(name),
          Files.readString(Tool.ROOT.resolve("scripts").resolve(name)));
    }
    script(
        repository.resolve("scripts/package"),
        "#!/usr/bin/env bash\necho package >>\"$DOUBLES/log\"\n");
    Files.createDirectories(repository.resolve("terraform"));
    Files.writeString(repository.resolve("terraform/main.tf"), "");
    git("init", "--quiet");
    former = commit("one");
    fresh = commit("two");
    deployment = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    deployment.createContext("/", this::answer);
    deployment.start();
    String url = "http://localhost:" + deployment.getAddress().getPort();
    Files.writeString(
        doubles.resolve("urls"),
        """
        {"health": "%1$s", "get-run": "%1$s", "create-run": "%1$s", "webhook": "%1$s",
         "poll-run": "%1$s/closed"}\
        """
            .formatted(url));
    deployed(former);
  }

  @AfterEach
  void close() {
    deployment.stop(0);
  }

  @Test
  void aCommitThatWorksStays() throws Exception {
    Tool release = release();

    assertThat(release.exit()).as(release.err()).isZero();
    assertThat(Files.readString(doubles.resolve("deployed"))).isEqualTo(fresh);
    assertThat(log())
        .containsSubsequence(
            "gcloud storage cp gs://packages/get-run/abc.zip",
            "docker build",
            "docker push",
            "package",
            "apply commit=" + fresh,
            "gcloud secrets versions add",
            "gcloud run jobs execute runner-migrate",
            "apply commit="
                + fresh
                + " image=europe-west1-docker.pkg.dev/p/runner/standalone@sha256:new packages=built");
  }

  @Test
  void onlyAnotherValueOfASecretBecomesAVersion() throws Exception {
    release();

    assertThat(log())
        .containsOnlyOnce("secrets versions add projects/p/secrets/runner-github-webhook-secret")
        .doesNotContain("secrets versions add projects/p/secrets/runner-openhands-token")
        .doesNotContain("key-of-openhands")
        .doesNotContain("secret-of-webhooks");
    assertThat(Files.readString(doubles.resolve("added"))).isEqualTo("secret-of-webhooks");
  }

  @Test
  void aCommitThatDoesNotWorkMakesRoomForTheFormer() throws Exception {
    broken = fresh;

    Tool release = release();

    assertThat(release.exit()).as(release.err()).isEqualTo(1);
    assertThat(release.err())
        .contains("NOT reaches its database: answers 503")
        .contains("back at " + former);
    assertThat(Files.readString(doubles.resolve("deployed"))).isEqualTo(former);
    String wayBack = log().substring(log().lastIndexOf("apply commit=" + fresh));
    assertThat(wayBack)
        .contains("apply commit=" + former + " image=registry/standalone@sha256:former packages=/")
        .doesNotContain("gcloud run jobs execute")
        .doesNotContain("package\n");
  }

  @Test
  void withoutAFormerCommitThereIsNoWayBack() throws Exception {
    broken = fresh;
    Files.writeString(
        doubles.resolve("release"), "{\"commit\": null, \"image\": null, \"packages\": {}}");

    Tool release = release();

    assertThat(release.exit()).isEqualTo(2);
    assertThat(release.err()).contains("there is no way back");
    assertThat(Files.readString(doubles.resolve("deployed"))).isEqualTo(fresh);
  }

  @Test
  void whatIsNotCommittedIsNotDeployed() throws Exception {
    Files.writeString(repository.resolve("terraform/main.tf"), "# changed");

    Tool release = release();

    assertThat(release.exit()).isEqualTo(2);
    assertThat(release.err()).contains("must be committed");
    assertThat(doubles.resolve("log")).doesNotExist();
  }

  private void deployed(String commit) throws IOException {
    Files.writeString(doubles.resolve("deployed"), commit);
    Files.writeString(
        doubles.resolve("release"),
        """
        {"commit": "%s", "image": "registry/standalone@sha256:former",
         "packages": {"get-run": "gs://packages/get-run/abc.zip"}}\
        """
            .formatted(commit));
  }

  private Tool release() throws IOException, InterruptedException {
    return Tool.run(repository, LIMIT, variables(), "scripts/deploy.d/release", "--for", "0");
  }

  private Map<String, String> variables() {
    Map<String, String> variables = new HashMap<>();
    variables.put("PATH", doubles + ":" + System.getenv("PATH"));
    variables.put("DOUBLES", doubles.toString());
    variables.put("GCP_PROJECT", "acme-agents");
    variables.put("GCP_REGION", "europe-west1");
    variables.put("OPENHANDS_BASE_URL", "https://openhands.example.com");
    variables.put("OPENHANDS_TOKEN", "key-of-openhands");
    variables.put("GITHUB_WEBHOOK_SECRET", "secret-of-webhooks");
    variables.put("TF_REATTACH_PROVIDERS", "");
    return variables;
  }

  /// Answers as the functions do, and as a broken database where the commit does not work.
  private void answer(HttpExchange exchange) throws IOException {
    boolean works = !Files.readString(doubles.resolve("deployed")).equals(broken);
    boolean signed =
        exchange
            .getRequestHeaders()
            .getOrDefault("X-Hub-Signature-256", List.of(""))
            .contains(SIGNATURE);
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/health/live")) {
      reply(exchange, 200, "{}");
    } else if (path.equals("/health")) {
      reply(exchange, works ? 200 : 503, "{\"status\":\"ok\"}");
    } else if (path.startsWith("/webhooks/") && signed) {
      reply(exchange, 200, "{\"outcome\":\"ignored\"}");
    } else if (path.startsWith("/webhooks/")) {
      reply(exchange, 401, "{\"code\":\"not_authentic\"}");
    } else if (path.startsWith("/closed/")) {
      reply(exchange, 403, "");
    } else {
      reply(exchange, 401, "{\"code\":\"unauthorized\"}");
    }
  }

  private static void reply(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String log() throws IOException {
    return Files.readString(doubles.resolve("log"));
  }

  private String commit(String message) throws IOException, InterruptedException {
    git("add", "--all");
    git(
        "-c",
        "user.name=somebody",
        "-c",
        "user.email=somebody@example.com",
        "commit",
        "--quiet",
        "--allow-empty",
        "--message",
        message);
    return git("rev-parse", "HEAD").strip();
  }

  private String git(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = "git";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Tool done = Tool.run(repository, LIMIT, Map.of(), command);
    assertThat(done.exit()).as(done.err()).isZero();
    return done.out();
  }

  private static void script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
