package dev.build0711.runner.githost.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.testing.WebhookFixtures;
import dev.build0711.runner.testing.WebhookFixtures.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class GitHubSignatureTest {

  private static final String SECRET = "It's a Secret to Everybody";
  private static final String RIGHT =
      "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

  @TestFactory
  Stream<DynamicTest> decidesEveryVectorAsItShould() {
    return WebhookFixtures.vectors("github").stream()
        .filter(Vector::function)
        .map(vector -> DynamicTest.dynamicTest(vector.name(), () -> check(vector)));
  }

  private static void check(Vector vector) {
    boolean fits = new GitHubSignature(vector::secrets).fits(vector.posted());

    assertThat(fits).isEqualTo(vector.accepted());
  }

  @Test
  void takesWhatOctokitSigns() {
    var posted =
        WebhookFixtures.posted(
            Map.of(
                "X-Hub-Signature-256",
                List.of("sha256=e15ae5c1e513623b508cf321bf483898b08aa3c6a15ecef1ed01db054bd08c65")),
            WebhookFixtures.utf8("Größe 🐙"));

    assertThat(new GitHubSignature(() -> List.of(SECRET)).fits(posted)).isTrue();
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
