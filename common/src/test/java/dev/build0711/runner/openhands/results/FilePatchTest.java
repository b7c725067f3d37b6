package dev.build0711.runner.openhands.results;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FilePatchTest {

  @Test
  void whatDiffersIsShownBetweenThreeLinesOfContext() {
    assertThat(
            FilePatch.of(
                "shed.txt", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nblue\n6\n7\n8\n9\n"))
        .isEqualTo(
            """
            diff --git a/shed.txt b/shed.txt
            --- a/shed.txt
            +++ b/shed.txt
            @@ -2,7 +2,7 @@
             2
             3
             4
            -5
            +blue
             6
             7
             8
            """);
  }

  @Test
  void aNewFileComesFromNothing() {
    assertThat(FilePatch.of("shed.txt", "", "blue\n"))
        .isEqualTo(
            """
            diff --git a/shed.txt b/shed.txt
            new file mode 100644
            --- /dev/null
            +++ b/shed.txt
            @@ -0,0 +1,1 @@
            +blue
            """);
  }

  @Test
  void aDeletedFileBecomesNothing() {
    assertThat(FilePatch.of("shed.txt", "blue\n", ""))
        .contains(
            "deleted file mode 100644\n--- a/shed.txt\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-blue\n");
  }

  @Test
  void aMissingLastNewlineIsSaid() {
    assertThat(FilePatch.of("shed.txt", "grey", "grey\n"))
        .endsWith("@@ -1,1 +1,1 @@\n-grey\n\\ No newline at end of file\n+grey\n");
  }

  @Test
  void whatIsEqualHasNoPatch() {
    assertThat(FilePatch.of("shed.txt", "blue\n", "blue\n")).isEmpty();
  }
}
