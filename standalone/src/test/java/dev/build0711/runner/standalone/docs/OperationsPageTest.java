package dev.build0711.runner.standalone.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The page about operating says something of everything that it has to.
class OperationsPageTest {

  private static final String PAGE = "docs/operations.md";
  private static final Pattern ALERT =
      Pattern.compile("(?m)^      ([a-z-]+) = (?:merge\\(local\\._counted, )?\\{$");
  private static final Pattern MADE =
      Pattern.compile("(?m)^    \\{ for name, \\w+ in [\\w.]+ : \"([a-z-]+)\" => \\{$");
  private static final Pattern SECRETS = Pattern.compile("(?m)^  (_[a-z]+_secrets) = \\{$");

  @Test
  void everyAlertHasItsRow() throws IOException {
    String file = Hcl.file("alerts.tf");
    List<String> alerts = new ArrayList<>(Pages.find(ALERT, file));
    alerts.addAll(Pages.find(MADE, file));
    Hcl.objects(Hcl.file("functions.tf"), "_functions")
        .forEach((name, it) -> {
          if (it.contains("= \"scheduler\"")) {
            alerts.add(name + "-silent");
          }
        });

    assertThat(alerts).hasSizeGreaterThan(10);
    assertThat(firstCells("alerts")).containsExactlyInAnyOrderElementsOf(alerts);
  }

  @Test
  void everySecretCanBeRotated() throws IOException {
    String file = Hcl.file("secrets.tf");
    List<String> secrets =
        Pages.find(SECRETS, file).stream()
            .flatMap(map -> Hcl.lines(file, map).keySet().stream())
            .toList();

    assertThat(secrets).hasSizeGreaterThan(8);
    assertThat(firstCells("secrets")).containsExactlyElementsOf(secrets);
  }

  private static List<String> firstCells(String table) throws IOException {
    return Pages.table(PAGE, table).stream().map(row -> row.get(0).replace("`", "")).toList();
  }
}
