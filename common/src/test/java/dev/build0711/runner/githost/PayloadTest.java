package dev.build0711.runner.githost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.port.UnreadableDelivery;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PayloadTest {

  @Test
  void takesNothingButAnObject() {
    for (String body :
        List.of(
            "", " ", "null", "[]", "7", "\"text\"", "{", "{\"a\":1}{\"b\":2}", "payload=%7B%7D")) {
      assertThatThrownBy(() -> Payload.of(utf8(body)))
          .as(body)
          .isInstanceOf(UnreadableDelivery.class);
    }
  }

  @Test
  void takesNoBytesThatAreNoUtf8() {
    byte[] body = {'{', '"', 'a', '"', ':', '"', (byte) 0xff, (byte) 0xfe, '"', '}'};

    assertThatThrownBy(() -> Payload.of(body)).isInstanceOf(UnreadableDelivery.class);
  }

  @Test
  void takesNoBodyThatIsNestedTooDeep() {
    String deep = "{\"a\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}";

    assertThatThrownBy(() -> Payload.of(utf8(deep))).isInstanceOf(UnreadableDelivery.class);
  }

  @Test
  void takesAByteOrderMark() {
    assertThat(Payload.of(utf8("\uFEFF{\"number\":101}")).number("number")).isEqualTo(101L);
  }

  @Test
  void replacesWhatADatabaseRefuses() {
    Payload body = Payload.of(utf8("{\"ref\":\"a\\u0000b\\ud800c\\ud83d\\ude00\"}"));

    assertThat(body.word("ref")).isEqualTo("a\uFFFDb\uFFFDc\uD83D\uDE00");
  }

  @Test
  void cutsWhatIsTooLongForAName() {
    assertThat(Payload.of(utf8("{\"ref\":\"" + "x".repeat(5_000) + "\"}")).word("ref"))
        .hasSize(2_000);
  }

  @Test
  void readsTimesInEveryWayTheHostsWriteThem() {
    Instant noon = Instant.parse("2026-03-02T12:30:00Z");
    for (String time :
        List.of(
            "\"2026-03-02T12:30:00Z\"",
            "\"2026-03-02T12:30:00.000Z\"",
            "\"2026-03-02T13:30:00.000+01:00\"",
            "\"2026-03-02 12:30:00 UTC\"",
            "\"2026-03-02 13:30:00 +0100\"",
            "1772454600")) {
      assertThat(Payload.of(utf8("{\"at\":" + time + "}")).time("at")).as(time).isEqualTo(noon);
    }
  }

  @Test
  void knowsNothingOfTimesThatAreNone() {
    for (String time : List.of("\"soon\"", "\"\"", "null", "{}", "9223372036854775807", "1.5")) {
      assertThat(Payload.of(utf8("{\"at\":" + time + "}")).time("at")).as(time).isNull();
    }
  }

  @Test
  void knowsNothingOfFieldsOfAnotherKind() {
    Payload body = Payload.of(utf8("{\"a\":{\"b\":[1]},\"n\":\"7\",\"big\":1e99,\"s\":7,\"f\":1}"));

    assertThat(body.at("a", "b", "c").number("d")).isNull();
    assertThat(body.number("n")).isNull();
    assertThat(body.number("big")).isNull();
    assertThat(body.word("s")).isNull();
    assertThat(body.flag("f")).isFalse();
    assertThat(body.objects("a", 9)).isEmpty();
    assertThat(body.commit("s")).isNull();
  }

  @Test
  void readsTheHostOfAnAddressWithAPortThatIsNotTheSchemesOwn() {
    assertThat(Payload.hostOf("https://GitHub.com/acme/widgets")).isEqualTo("github.com");
    assertThat(Payload.hostOf("https://git.example.com:443/a/b")).isEqualTo("git.example.com");
    assertThat(Payload.hostOf("http://git.example.com:8080/a/b")).isEqualTo("git.example.com:8080");
    assertThat(Payload.hostOf("ssh://git.example.com/a/b")).isNull();
    assertThat(Payload.hostOf("https:///a")).isNull();
    assertThat(Payload.hostOf("no address at all")).isNull();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
