package dev.build0711.runner.standalone.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What the pages point to is there.
class LinksTest {

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
  private static final Pattern ANCHOR = Pattern.compile("<a id=\"([^\"]+)\">");
  private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");

  @Test
  void everyLinkToAnotherPlaceOfTheRepositoryLeadsThere() throws IOException {
    int links = 0;
    for (Path page : Pages.all()) {
      for (String link : Pages.find(LINK, Pages.prose(page))) {
        if (!link.contains("://")) {
          assertLeadsSomewhere(page, link);
          links++;
        }
      }
    }
    assertThat(links).isGreaterThan(20);
  }

  @Test
  void everyFolderOfThePictureOfTheRepositoryIsThere() throws IOException {
    String readme = Files.readString(Pages.ROOT.resolve("README.md"));
    int start = readme.indexOf("## Where things live");
    String section = readme.substring(start, readme.indexOf("\n## ", start));

    List<String> folders =
        Pages.find(CODE, section).stream().filter(code -> !code.startsWith("-")).toList();

    assertThat(folders)
        .hasSizeGreaterThan(4)
        .allSatisfy(folder -> assertThat(Pages.ROOT.resolve(folder)).isDirectory());
  }

  @Test
  void everyPackageOfTheArchitecturePageIsThere() throws IOException {
    String page = Files.readString(Pages.ROOT.resolve("docs/architecture.md"));
    Path base = Pages.ROOT.resolve("common/src/main/java/dev/build0711/runner");

    List<String> packages = Pages.find(Pattern.compile("`common/…/([a-z]+)`"), page);

    assertThat(packages)
        .hasSizeGreaterThan(5)
        .allSatisfy(name -> assertThat(base.resolve(name)).isDirectory());
  }

  @Test
  void everyFileThatTheMapNamesIsThere() throws IOException {
    List<String> files =
        Pages.find(CODE, Files.readString(Pages.ROOT.resolve("AGENTS.md"))).stream()
            .filter(code -> code.contains("/src/"))
            .toList();

    assertThat(files)
        .hasSizeGreaterThan(5)
        .allSatisfy(file -> assertThat(Pages.ROOT.resolve(file)).exists());
  }

  private static void assertLeadsSomewhere(Path page, String link) throws IOException {
    int hash = link.indexOf('#');
    String path = hash < 0 ? link : link.substring(0, hash);
    Path target = path.isEmpty() ? page : page.resolveSibling(path);
    assertThat(target).as("%s in %s", link, page).exists();
    if (hash >= 0) {
      assertThat(anchors(target)).as("%s in %s", link, page).contains(link.substring(hash + 1));
    }
  }

  /// The anchors of a page, made of its headings as GitHub does.
  private static List<String> anchors(Path page) throws IOException {
    String prose = Pages.prose(page);
    List<String> anchors = new ArrayList<>(Pages.find(ANCHOR, prose));
    for (String heading : Pages.find(HEADING, prose)) {
      anchors.add(
          heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-'));
    }
    return anchors;
  }
}
