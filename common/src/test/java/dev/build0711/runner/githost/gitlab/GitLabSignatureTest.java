package dev.build0711.runner.githost.gitlab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.testing.WebhookFixtures;
import dev.build0711.runner.testing.WebhookFixtures.Vector;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class GitLabSignatureTest {

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-02T14:00:05Z"));

  @TestFactory
  Stream<DynamicTest> decidesEveryVectorAsItShould() {
    return WebhookFixtures.vectors("gitlab").stream()
        .map(vector -> DynamicTest.dynamicTest(vector.name(), () -> check(vector)));
  }

  private static void check(Vector vector) {
    var clock = InstantSource.fixed(vector.now());

    boolean fits =
        new GitLabSignature(vector::secrets, vector::tokens, clock).fits(vector.posted());

    assertThat(fits).isEqualTo(vector.accepted());
  }

  @Test
  void takesWhatTheLibraryOfStandardWebhooksSigns() {
    String token = WebhookFixtures.secret("gitlab", "signing_token");
    var posted =
        WebhookFixtures.posted(
            Map.of(
                "webhook-id", List.of("msg_7"),
                "webhook-timestamp", List.of("1772460000"),
                "webhook-signature", List.of("v1,OnYi9WMKLxZInWmntP2K1Tnn6AaGhfHlQJ+EW7xPudo=")),
            WebhookFixtures.utf8("{\"title\":\"Größe 🐙\"}"));

    assertThat(new GitLabSignature(() -> List.of(token), List::of, CLOCK).fits(posted)).isTrue();
  }

  @Test
  void refusesAnEmptySignatureHeaderEvenIfTheTokenFits() {
    var posted =
        WebhookFixtures.posted(
            Map.of("webhook-signature", List.of(""), "X-Gitlab-Token", List.of("token-7")),
            WebhookFixtures.utf8("{}"));

    assertThat(new GitLabSignature(List::of, () -> List.of("token-7"), CLOCK).fits(posted))
        .isFalse();
  }

  @Test
  void refusesTwoTokensOfWhichOneFits() {
    var posted =
        WebhookFixtures.posted(
            Map.of("X-Gitlab-Token", List.of("token-7", "token-8")), WebhookFixtures.utf8("{}"));

    assertThat(new GitLabSignature(List::of, () -> List.of("token-7"), CLOCK).fits(posted))
        .isFalse();
  }

  @Test
  void survivesASigningTokenThatIsNoBase64() {
    var posted =
        WebhookFixtures.posted(
            Map.of(
                "webhook-id", List.of("8a13ca34"),
                "webhook-timestamp", List.of("1772460000"),
                "webhook-signature", List.of("v1,AAAA")),
            WebhookFixtures.utf8("{}"));

    assertThat(new GitLabSignature(() -> List.of("whsec_***"), List::of, CLOCK).fits(posted))
        .isFalse();
  }

  @Test
  void isConfiguredByEitherKindOfToken() {
    assertThat(new GitLabSignature(List::of, () -> List.of("token-7"), CLOCK).configured())
        .isTrue();
    assertThat(new GitLabSignature(() -> List.of("whsec_AAAA"), List::of, CLOCK).configured())
        .isTrue();
    assertThat(new GitLabSignature(List::of, () -> List.of(""), CLOCK).configured()).isFalse();
  }
}
