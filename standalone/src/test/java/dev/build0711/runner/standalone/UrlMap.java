package dev.build0711.runner.standalone;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Where a load balancer sends a request, by the `google_compute_url_map` that Terraform makes.
/// What it does not understand it refuses to be made of, so that no rule is left out silently
/// (docs.cloud.google.com/load-balancing/docs/url-map-concepts).
final class UrlMap {

  private static final Set<String> MAP =
      Set.of("id", "name", "default_service", "host_rule", "path_matcher");

  private final JsonNode map;

  private UrlMap(JsonNode map) {
    this.map = map;
  }

  static UrlMap of(JsonNode map) {
    known(map, MAP);
    map.path("host_rule").forEach(it -> known(it, Set.of("hosts", "path_matcher")));
    for (JsonNode matcher : map.path("path_matcher")) {
      known(matcher, Set.of("name", "default_service", "route_rules"));
      for (JsonNode rule : matcher.path("route_rules")) {
        known(rule, Set.of("priority", "service", "match_rules"));
        for (JsonNode match : rule.path("match_rules")) {
          known(match, Set.of("full_path_match", "path_template_match", "header_matches"));
          match.path("header_matches").forEach(UrlMap::knownHeader);
        }
      }
    }
    return new UrlMap(map);
  }

  /// The backend service that gets a request.
  String service(String host, String method, String path) {
    JsonNode matcher = matcher(host);
    if (matcher == null) {
      return map.path("default_service").asString();
    }
    return matcher
        .path("route_rules")
        .valueStream()
        .sorted(Comparator.comparingInt(rule -> rule.path("priority").asInt()))
        .filter(rule ->
            rule.path("match_rules").valueStream().anyMatch(it -> matches(it, method, path)))
        .map(rule -> rule.path("service"))
        .findFirst()
        .orElse(matcher.path("default_service"))
        .asString();
  }

  private @Nullable JsonNode matcher(String host) {
    return map.path("host_rule")
        .valueStream()
        .filter(rule ->
            rule.path("hosts")
                .valueStream()
                .map(JsonNode::asString)
                .anyMatch(it -> it.equals(host) || it.equals("*")))
        .findFirst()
        .flatMap(rule ->
            map.path("path_matcher")
                .valueStream()
                .filter(it -> it.path("name").equals(rule.path("path_matcher")))
                .findFirst())
        .orElse(null);
  }

  private static boolean matches(JsonNode match, String method, String path) {
    String full = match.path("full_path_match").asString("");
    String template = match.path("path_template_match").asString("");
    return (full.isEmpty() || full.equals(path))
        && (template.isEmpty() || pattern(template).matcher(path).matches())
        && match
            .path("header_matches")
            .valueStream()
            .allMatch(header -> header.path("exact_match").asString().equals(method));
  }

  /// `*` is one segment, `**` as many as there are, at the end.
  private static Pattern pattern(String template) {
    return Pattern.compile(
        Arrays.stream(template.split("/", -1))
            .map(it ->
                switch (it) {
                  case "*" -> "[^/]+";
                  case "**" -> ".*";
                  default -> Pattern.quote(it);
                })
            .collect(Collectors.joining("/")));
  }

  private static void knownHeader(JsonNode header) {
    known(header, Set.of("header_name", "exact_match"));
    if (!header.path("header_name").asString().equals(":method")) {
      throw new IllegalArgumentException("a match of the header " + header.path("header_name"));
    }
  }

  private static void known(JsonNode node, Set<String> names) {
    Set<String> others = new TreeSet<>(node.propertyNames());
    others.removeAll(names);
    if (!others.isEmpty()) {
      throw new IllegalArgumentException("the balancer of the tests knows nothing of " + others);
    }
  }
}
