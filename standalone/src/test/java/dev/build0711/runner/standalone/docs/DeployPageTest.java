package dev.build0711.runner.standalone.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.config.ConfigKey;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What the page about deploying says of variables, functions and refusals, against `terraform/`,
/// the scripts and the other pages.
class DeployPageTest {

  private static final String PAGE = "docs/deploy.md";
  private static final Pattern WORD = Pattern.compile("\"([a-z-]+)\"");
  private static final Pattern OBJECT = Pattern.compile("(?s)object\\(\\{\n(.*?)\n  \\}\\)");
  private static final Pattern OPTIONAL = Pattern.compile("optional\\([\\w()]+?(?:, (.+))?\\)");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  @Test
  void everyVariableIsThereAsItIs() throws IOException {
    List<List<String>> wanted = new ArrayList<>();
    Hcl.blocks(Hcl.file("variables.tf"), "variable")
        .forEach((name, block) -> wanted.add(variable(name, block)));

    assertThat(Pages.table(PAGE, "variables")).isEqualTo(wanted);
  }

  @Test
  void everyFunctionIsThereAsItIs() throws IOException {
    Map<String, List<String>> routes = routes();
    Map<String, String> variables = variablesOfSecrets();
    List<List<String>> wanted = new ArrayList<>();
    Hcl.objects(Hcl.file("functions.tf"), "_functions")
        .forEach((name, it) ->
            wanted.add(
                function(
                    name, Hcl.attributes(it), variables, routes.getOrDefault(name, List.of()))));

    assertThat(wanted).hasSize(7);
    assertThat(Pages.table(PAGE, "functions")).isEqualTo(wanted);
  }

  /// What is said to be said by a file of ours is in that file.
  @Test
  void everySentenceIsSaidWhereThePageSaysSo() throws IOException {
    int ours = 0;
    for (List<String> row : Pages.table(PAGE, "mistakes")) {
      for (String file : Pages.find(CODE, row.get(1))) {
        String source = Files.readString(Pages.ROOT.resolve(file));
        assertThat(Pages.find(CODE, row.get(2))).allSatisfy(it -> assertThat(source).contains(it));
        ours++;
      }
    }
    assertThat(ours).isGreaterThan(8);
  }

  @Test
  void theVersionsThatAreAskedForAreThoseThatAreNeeded() throws IOException {
    String page = Files.readString(Pages.ROOT.resolve(PAGE));
    Matcher terraform =
        Pattern.compile("required_version = \">= ([0-9.]+),").matcher(Hcl.file("versions.tf"));
    String maven = Files.readString(Pages.ROOT.resolve("scripts/mvn"));

    assertThat(terraform.find()).isTrue();
    assertThat(page)
        .contains(
            "(https://developer.hashicorp.com/terraform/install) "
                + terraform.group(1)
                + " or newer");
    assertThat(maven).contains("No JDK 25 or newer", "Maven 3.8.7 or newer");
    assertThat(page).contains("a JDK 25 or newer, and Maven 3.8.7 or newer");
  }

  private static List<String> variable(String name, String block) {
    Map<String, String> attributes = Hcl.attributes(block);
    String given = attributes.get("default");
    String fallback = given == null ? "**required**" : code(given);
    Matcher object = OBJECT.matcher(block);
    if (object.find()) {
      String members =
          Hcl.attributes(object.group(1)).entrySet().stream()
              .map(member -> member(member.getKey(), member.getValue()))
              .collect(Collectors.joining(", "));
      fallback = "null".equals(given) ? "null, or " + members : members;
    }
    String meaning = Hcl.text(attributes.getOrDefault("description", "\"\""));
    return List.of(code(quoted(name)), fallback, meaning.replace("|", "\\|"));
  }

  private static String member(String name, String type) {
    Matcher optional = OPTIONAL.matcher(type);
    if (!optional.matches()) {
      return quoted(name) + " (required)";
    }
    String fallback = optional.group(1);
    return quoted(name) + " " + (fallback == null ? "null" : quoted(fallback));
  }

  private static List<String> function(
      String name, Map<String, String> it, Map<String, String> variables, List<String> routes) {
    List<String> keys = new ArrayList<>();
    if (it.getOrDefault("openhands", "").equals("true")) {
      keys.add(ConfigKey.OPENHANDS_BASE_URL.key());
    }
    if (it.getOrDefault("enqueues", "").equals("true")) {
      keys.add("queue.*");
    }
    for (String secret : Pages.find(WORD, it.getOrDefault("secrets", ""))) {
      keys.add(key(String.valueOf(variables.get(secret))));
    }
    String entryPoint = Hcl.text(it.getOrDefault("entry_point", "\"\""));
    String calledBy = Hcl.text(it.getOrDefault("called_by", "\"\""));
    return List.of(
        name,
        quoted(entryPoint.substring(entryPoint.lastIndexOf('.') + 1)),
        codes(keys),
        switch (calledBy) {
          case "public" -> "everybody";
          case "tasks" -> "its queue";
          default -> "the schedule";
        },
        codes(routes),
        "%s, %s at once, %s s, %s instances"
            .formatted(
                Hcl.text(it.getOrDefault("memory", "\"\"")),
                it.get("concurrency"),
                it.get("timeout"),
                it.get("max_instances")));
  }

  /// The requests that each function answers, by the table that is compared with the code.
  private static Map<String, List<String>> routes() throws IOException {
    return Pages.table("docs/api.md", "routes").stream()
        .collect(
            Collectors.groupingBy(
                row -> row.get(1),
                Collectors.mapping(row -> row.get(0).replace("`", ""), Collectors.toList())));
  }

  private static Map<String, String> variablesOfSecrets() throws IOException {
    String file = Hcl.file("secrets.tf");
    return List.of("_required_secrets", "_optional_secrets").stream()
        .flatMap(map -> Hcl.lines(file, map).entrySet().stream())
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> entry.getValue().replaceAll(".*variable = \"(\\w+)\".*", "$1")));
  }

  private static String key(String variable) {
    return Arrays.stream(ConfigKey.values())
        .filter(key -> key.variables().contains(variable))
        .map(ConfigKey::key)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no key for " + variable));
  }

  private static String codes(List<String> words) {
    return words.stream().map(DeployPageTest::quoted).collect(Collectors.joining(", "));
  }

  private static String quoted(String word) {
    return "`" + word + "`";
  }

  private static String code(String value) {
    return value.equals("null") || value.startsWith("`") ? value : quoted(value);
  }
}
