package dev.build0711.runner.openhands.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProposalTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"kind":"TerminalAction","command":"ls -l","timeout":null} | t {"command":"ls -l"}
          {"thought":"x","security_risk":-1,"confirmation_state":"y"} | t {}
          {"command":"a\\nb"}                                        | t {"command":"a\\nb"}
          {"data":{"query":[1,{"a":null}]}}                          | t {"data":{"query":[1,{"a":null}]}}
          []                                                         | t {}
          7                                                          | t {}
          """)
  void isTheToolAndWhatItWouldBeCalledWith(String arguments, String shown) {
    assertThat(Proposal.of(null, "t", read(arguments))).isEqualTo("Asks leave for: " + shown);
  }

  @Test
  void severalAreLinesOfOne() {
    String first = Proposal.of(null, "one", read("{}"));

    assertThat(Proposal.of(first, "two", read("{}"))).isEqualTo("Asks leave for: one {}\ntwo {}");
  }

  @Test
  void isShortAndCleanWhateverItHolds() {
    String file = "\ud83d\ude80".repeat(100_000);
    String shown =
        Proposal.of(null, "\u0000", read("{\"text\":\"%s\",\"\\ud83d\":1}".formatted(file)));

    assertThat(shown.codePointCount(0, shown.length())).isEqualTo(Proposal.MAX);
    assertThat(shown).endsWith("\ud83d\ude80…").contains("\ufffd").doesNotContain("\u0000");
    assertThat(Proposal.of(shown, "rm", read("{}")))
        .hasSize(shown.length())
        .as("what is cut once is not said to be whole")
        .endsWith("…");
  }

  private static JsonNode read(String json) {
    return JsonMapper.shared().readTree(json);
  }
}
