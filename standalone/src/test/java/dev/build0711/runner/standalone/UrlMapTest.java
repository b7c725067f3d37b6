package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class UrlMapTest {

  private static final String MAP =
      """
      {"name": "m", "default_service": "nobody",
       "host_rule": [{"hosts": ["runs.example.com"], "path_matcher": "p"}],
       "path_matcher": [{"name": "p", "default_service": "rest", "route_rules": [
         {"priority": 20, "service": "second", "match_rules": [{"path_template_match": "/a/**"}]},
         {"priority": 10, "service": "first", "match_rules": [
           {"full_path_match": "/a/b", "header_matches": [
             {"header_name": ":method", "exact_match": "POST"}]},
           {"path_template_match": "/a/*/c"}]}]}]}
      """;

  @ParameterizedTest
  @CsvSource({
    "runs.example.com, POST, /a/b,     first",
    "runs.example.com, GET,  /a/b,     second",
    "runs.example.com, GET,  /a/x/c,   first",
    "runs.example.com, GET,  /a/x/y/c, second",
    "runs.example.com, GET,  /a//c,    second",
    "runs.example.com, GET,  /a,       rest",
    "runs.example.com, GET,  /A/b,     rest",
    "other.example.com, POST, /a/b,    nobody",
  })
  void theRuleOfTheLowestNumberThatFitsDecides(
      String host, String method, String path, String service) {
    UrlMap map = UrlMap.of(JsonMapper.shared().readTree(MAP));

    assertThat(map.service(host, method, path)).isEqualTo(service);
  }

  @Test
  void aRuleThatTheTestsDoNotUnderstandIsNotPassedOver() {
    JsonNode map =
        JsonMapper.shared().readTree(MAP.replace("\"full_path_match\"", "\"prefix_match\""));

    assertThatThrownBy(() -> UrlMap.of(map)).hasMessageContaining("prefix_match");
  }
}
