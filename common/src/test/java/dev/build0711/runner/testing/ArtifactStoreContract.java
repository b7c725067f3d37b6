package dev.build0711.runner.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.port.ArtifactStore;
import dev.build0711.runner.port.ArtifactStore.Kept;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every store of artifacts holds to.
public abstract class ArtifactStoreContract {

  private static final Artifact DIFF = artifact("diff.patch", "text/x-patch", "-slow\n+fast\n");
  private static final Artifact RESULT = artifact("result.md", "text/markdown", "# Done\n");

  /// A store in which nothing is kept, for runs that were [#created].
  protected abstract ArtifactStore store();

  /// Makes a run exist for the store.
  protected abstract void created(Run run);

  private RunId newRun(int number) {
    RunId id = RunId.create(Runs.T0, new Random(number));
    created(Run.accepted(id, Runs.spec(CompleteOn.EITHER), Runs.T0));
    return id;
  }

  @Test
  void whatWasKeptIsListedByNameWithItsDigest() {
    RunId run = newRun(1);

    store().keep(run, List.of(RESULT, DIFF));

    assertThat(store().list(run))
        .containsExactly(
            new Kept(
                "diff.patch",
                "text/x-patch",
                12,
                "b02a5d35dec4d1674c82c8d4a6610c3e5c31b08e2baea1a169e5bb7b049850cc",
                false),
            new Kept(
                "result.md",
                "text/markdown",
                7,
                "1c756e4db5b787b6e660c80caf23f7c10b6b9543e53c38e1eff47837eaad1338",
                false));
  }

  @Test
  void bytesComeBackAsTheyWere() {
    RunId run = newRun(1);
    byte[] everyByte = new byte[3 * 256];
    IntStream.range(0, everyByte.length).forEach(i -> everyByte[i] = (byte) i);
    store()
        .keep(
            run,
            List.of(
                new Artifact("trajectory.zip", "application/zip", everyByte, true),
                artifact("empty.txt", "text/plain", "")));

    assertThat(read(run, "trajectory.zip")).isEqualTo(everyByte);
    assertThat(read(run, "empty.txt")).isEmpty();
    assertThat(store().list(run).getLast().truncated()).isTrue();
  }

  @Test
  void theLargestArtifactIsKept() {
    RunId run = newRun(1);
    byte[] large = new byte[Artifact.MAX_BYTES];
    new Random(5).nextBytes(large);

    store().keep(run, List.of(new Artifact("trajectory.zip", "application/zip", large, true)));

    assertThat(read(run, "trajectory.zip")).isEqualTo(large);
  }

  @Test
  void keepingAgainReplacesWhatHasTheSameNameAndLeavesTheRest() {
    RunId run = newRun(1);
    store().keep(run, List.of(RESULT, DIFF));

    store().keep(run, List.of(RESULT));
    store().keep(run, List.of(artifact("result.md", "text/markdown", "# Done again\n")));

    assertThat(new String(read(run, "result.md"), UTF_8)).isEqualTo("# Done again\n");
    assertThat(read(run, "diff.patch")).isEqualTo(DIFF.bytes());
    assertThat(store().list(run)).hasSize(2);
  }

  @Test
  void everyRunHasItsOwn() {
    RunId one = newRun(1);
    RunId other = newRun(2);
    store().keep(one, List.of(DIFF));

    assertThat(store().list(other)).isEmpty();
    assertThat(store().list(one)).hasSize(1);
  }

  @Test
  void aRunCanBeForgottenMoreThanOnce() {
    RunId one = newRun(1);
    RunId other = newRun(2);
    store().keep(one, List.of(DIFF, RESULT, artifact("third.txt", "text/plain", "3")));
    store().keep(other, List.of(DIFF));

    store().forget(one);
    store().forget(one);

    assertThat(store().list(one)).isEmpty();
    assertThat(read(other, "diff.patch")).isEqualTo(DIFF.bytes());
  }

  @Test
  void aRunKeepsAFewArtifactsAndNoMore() {
    RunId run = newRun(1);
    List<Artifact> many = new ArrayList<>();
    for (int i = 0; i < ArtifactStore.MOST; i++) {
      many.add(artifact("part-" + i, "text/plain", "part " + i));
    }
    store().keep(run, many);
    assertThat(store().list(run)).hasSize(ArtifactStore.MOST);

    many.add(DIFF);
    assertThatThrownBy(() -> store().keep(run, many)).isInstanceOf(IllegalArgumentException.class);
  }

  private byte[] read(RunId run, String name) {
    Kept kept =
        store().list(run).stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
    return store().read(run, kept);
  }

  protected static Artifact artifact(String name, String mediaType, String text) {
    return new Artifact(name, mediaType, text.getBytes(UTF_8), false);
  }
}
