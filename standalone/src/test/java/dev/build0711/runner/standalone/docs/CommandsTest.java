package dev.build0711.runner.standalone.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the operator's pages tell people to type is there to be typed.
class CommandsTest {

  private static final Pattern FLAGS =
      Pattern.compile("\\bscripts/([a-z-]+)((?: --[a-z-]+(?: [A-Z]+\\b)?)+)");
  private static final Pattern FLAG = Pattern.compile("(--[a-z-]+)");
  private static final Pattern OUTPUT =
      Pattern.compile("terraform -chdir=terraform output(?: -raw| -json)? (\\w+)");
  private static final Pattern SETTINGS = Pattern.compile("(?ms)^ *```hcl\\n(.*?)^ *```$");
  private static final Pattern ASSIGNED = Pattern.compile("(?m)^ *(\\w+) += ");
  private static final Pattern MEMBERS = Pattern.compile("(?m)^ *(\\w+) += \\{ (.+) \\}$");
  private static final Pattern MEMBER = Pattern.compile("([\\w-]+) = ");

  @Test
  void everyFlagOfAScriptIsKnownToIt() throws IOException {
    Set<String> seen = new TreeSet<>();
    for (Path page : Pages.all()) {
      Matcher use = FLAGS.matcher(Files.readString(page));
      while (use.find()) {
        String script = Files.readString(Pages.ROOT.resolve("scripts").resolve(use.group(1)));
        for (String flag : Pages.find(FLAG, use.group(2))) {
          assertThat(script).as("%s in %s", use.group(), page).contains(flag);
          seen.add(use.group(1) + " " + flag);
        }
      }
    }
    assertThat(seen).contains("deploy --plan-only", "deploy --first", "deploy --no-package");
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/deploy.md", "docs/operations.md"})
  void everyOutputIsMade(String page) throws IOException {
    List<String> named = Pages.find(OUTPUT, text(page));

    assertThat(named).isNotEmpty();
    assertThat(Hcl.blocks(Hcl.file("outputs.tf"), "output").keySet()).containsAll(named);
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/deploy.md", "docs/operations.md", "docs/cost.md"})
  void everyVariableThatIsSetIsThere(String page) throws IOException {
    var variables = Hcl.blocks(Hcl.file("variables.tf"), "variable");
    var functions = Hcl.objects(Hcl.file("functions.tf"), "_functions");
    String settings = String.join("\n", Pages.find(SETTINGS, text(page)));

    assertThat(settings).isNotEmpty();
    assertThat(variables.keySet()).containsAll(Pages.find(ASSIGNED, settings));
    Matcher object = MEMBERS.matcher(settings);
    while (object.find()) {
      List<String> members = Pages.find(MEMBER, object.group(2));
      assertThat(members).isNotEmpty();
      if (object.group(1).equals("max_instances")) {
        assertThat(functions.keySet()).containsAll(members);
      } else {
        assertThat(Hcl.attributes(variables.getOrDefault(object.group(1), "")).keySet())
            .containsAll(members);
      }
    }
  }

  private static String text(String page) throws IOException {
    return Files.readString(Pages.ROOT.resolve(page));
  }
}
