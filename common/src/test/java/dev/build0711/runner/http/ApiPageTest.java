package dev.build0711.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What the page of the API says of paths and problems, against the route table and the types.
class ApiPageTest {

  private static final int MIB = 1024 * 1024;
  private static final Pattern REQUEST = Pattern.compile("(?m)^\\| `([A-Z]+) (/\\S*)` \\|.*$");

  @Test
  void everyRouteIsThereAsItIs() throws IOException {
    Map<Route, String> rows = new EnumMap<>(Route.class);
    Matcher row = REQUEST.matcher(section("routes"));
    while (row.find()) {
      Route route = route(row.group(1), row.group(2));
      assertThat(row.group()).isEqualTo(row(route, row.group(2)));
      rows.put(route, row.group());
    }

    assertThat(rows.keySet()).containsExactly(Route.values());
  }

  @Test
  void everyProblemIsThereAsItIs() throws IOException {
    assertThat(section("problems"))
        .as("the table that the code makes:\n%s", problems())
        .isEqualTo(problems());
  }

  private static String section(String name) throws IOException {
    String page = Files.readString(Path.of("../docs/api.md"));
    String begin = "<!-- " + name + " -->\n";
    int start = page.indexOf(begin) + begin.length();
    return page.substring(start, page.indexOf("<!-- end of " + name + " -->", start));
  }

  private static Route route(String method, String path) {
    return Arrays.stream(Route.values())
        .filter(route -> route.method().equals(method))
        .filter(route -> route.match(Route.split(path)) != null)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no route for " + method + " " + path));
  }

  private static String row(Route route, String path) {
    return List.of(
            '`' + route.method() + ' ' + path + '`',
            route.owner() == Owner.EVERY ? "every function" : route.owner().toString(),
            who(route),
            route.maxBody() == 0 ? "–" : route.maxBody() / MIB + " MiB",
            route.parameters().isEmpty()
                ? "–"
                : new TreeSet<>(route.parameters())
                    .stream().collect(Collectors.joining("`, `", "`", "`")))
        .stream()
        .collect(Collectors.joining(" | ", "| ", " |"));
  }

  private static String who(Route route) {
    return switch (route.kind()) {
      case API, FILE -> "`" + route.scope() + "`";
      case WEBHOOK -> "signature";
      case TASK -> "the platform";
      case PAGE -> "everybody";
    };
  }

  private static String problems() {
    String head = "| code | status | title | again? | what to do |\n|---|---|---|---|---|\n";
    return Arrays.stream(ProblemType.values())
        .map(type ->
            "| <a id=\"%s\"></a>`%s` | %d | %s | %s | %s |"
                .formatted(
                    type.slug(),
                    type,
                    type.status(),
                    type.title(),
                    type.retryable() ? "yes" : "no",
                    type.advice().replace("<", "&lt;")))
        .collect(Collectors.joining("\n", head, "\n"));
  }
}
