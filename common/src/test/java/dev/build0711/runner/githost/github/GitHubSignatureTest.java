package dev.build0711.runner.githost.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.testing.WebhookFixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

class GitHubSignatureTest {

  private static final String SECRET = "It's a Secret to Everybody";
  private static final String RIGHT =
      "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

  @TestFactory
  Stream<DynamicTest> decidesEveryVectorAsItShould() {
    return WebhookFixtures.root("github/signatures.json").path("vectors").values().stream()
        .filter(vector -> !vector.path("at").stringValue("").equals("wire"))
        .map(vector ->
            DynamicTest.dynamicTest(vector.path("name").stringValue(), () -> check(vector)));
  }

  private static void check(JsonNode vector) {
    List<String> secrets =
        vector.path("secrets").values().stream().map(JsonNode::stringValue).toList();

    boolean fits = new GitHubSignature(() -> secrets).fits(WebhookFixtures.posted(vector));

    assertThat(fits).isEqualTo(vector.path("expect").stringValue().equals("accept"));
  }

  @Test
  void refusesTwoHeadersEvenIfBothAreRight() {
    var posted =
        WebhookFixtures.posted(
            Map.of("x-hub-signature-256", List.of(RIGHT, RIGHT)),
            WebhookFixtures.utf8("Hello, World!"));

    assertThat(new GitHubSignature(() -> List.of(SECRET)).fits(posted)).isFalse();
  }

  @Test
  void takesANewSecretWithoutARestart() {
    List<String> secrets = new ArrayList<>(List.of("the old secret"));
    var signature = new GitHubSignature(() -> secrets);
    var posted =
        WebhookFixtures.posted(
            Map.of("X-HUB-SIGNATURE-256", List.of(RIGHT)), WebhookFixtures.utf8("Hello, World!"));
    assertThat(signature.fits(posted)).isFalse();

    secrets.addFirst(SECRET);

    assertThat(signature.fits(posted)).isTrue();
  }

  @Test
  void isConfiguredOnlyByASecretThatIsNotEmpty() {
    assertThat(new GitHubSignature(() -> List.of("")).configured()).isFalse();
    assertThat(new GitHubSignature(List::of).configured()).isFalse();
    assertThat(new GitHubSignature(() -> List.of("", SECRET)).configured()).isTrue();
  }
}
