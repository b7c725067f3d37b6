package dev.build0711.runner.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.build0711.runner.port.BackendPush;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.GitHost;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.port.Secrets;
import dev.build0711.runner.run.Agent;
import dev.build0711.runner.run.Pace;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.testing.PostgresExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The process is killed wherever it touches the world: before and after every call of a port, in
/// every use case. Each time another process goes on, and nothing is lost or done twice.
@Timeout(600)
class CrashPointsIT {

  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final int LANES = 8;

  /// Ports whose calls only read what the process has in its hands, or a secret.
  private static final Set<Class<?>> READERS =
      Set.of(Backends.class, BackendPush.class, GitHost.class, Secrets.class);

  /// What no use case calls.
  private static final Set<String> UNUSED =
      Set.of(
          "ArtifactStore.forget(RunId)",
          "Blobs.remove(RunId)",
          "DeliveryStore.find(String, String)");

  @TempDir static Path folder;
  private static Lanes lanes;
  private static Map<Stage, List<Point>> recorded;

  @BeforeAll
  static void recordWhatIsCalled() throws Exception {
    lanes = new Lanes(POSTGRES, LANES, folder);
    Map<Stage, List<Point>> all = new ConcurrentHashMap<>();
    List<String> wrong =
        lanes.each(
            List.of(Stage.values()),
            (lane, stage) -> {
              RunId id = stage.arrange(lane);
              Recorder recorder = new Recorder(stage);
              stage.act(lane.cases(lane.source(), recorder), id);
              all.put(stage, recorder.points());
              Ending.check(lane, stage, id);
            });
    assertThat(wrong).isEmpty();
    recorded = new EnumMap<>(all);
  }

  @AfterAll
  static void close() {
    lanes.close();
  }

  @Test
  void aKillBeforeOrAfterAnyCallOfAPortCostsOnlyTime() throws Exception {
    List<Point> points = recorded.values().stream().flatMap(List::stream).toList();
    List<String> wrong = new ArrayList<>();
    VictimProcess victim = VictimProcess.start(folder);
    for (int from = 0; from < points.size(); from += LANES) {
      VictimProcess next = VictimProcess.start(folder);
      wrong.addAll(killed(victim, points.subList(from, Math.min(from + LANES, points.size()))));
      victim = next;
    }
    victim.close();
    assertThat(wrong).isEmpty();
    System.out.println("killed at " + points.size() + " points");
    assertThat(points).hasSizeGreaterThanOrEqualTo(60);
  }

  private static List<String> killed(VictimProcess victim, List<Point> points)
      throws IOException, InterruptedException {
    Map<Point, Lane> arranged = new ConcurrentHashMap<>();
    Map<Point, RunId> ids = new ConcurrentHashMap<>();
    List<String> wrong =
        new ArrayList<>(
            lanes.distinct(
                points,
                (lane, point) -> {
                  lane.reset();
                  RunId id = point.stage().arrange(lane);
                  if (id != null) {
                    ids.put(point, id);
                  }
                  arranged.put(point, lane);
                }));
    wrong.addAll(
        victim.killedAt(
            arranged.entrySet().stream()
                .map(one -> order(one.getKey(), one.getValue(), ids.get(one.getKey())))
                .toList()));
    wrong.addAll(
        lanes.distinct(points, (lane, point) -> Ending.check(lane, point.stage(), ids.get(point))));
    return wrong;
  }

  private static Victim.Order order(Point point, Lane lane, @Nullable RunId id) {
    return new Victim.Order(
        lane.number(),
        lane.jdbcUrl(),
        lane.openHands().uri(),
        lane.folder(),
        lane.ahead(),
        point,
        id);
  }

  @Test
  void everyMethodOfEveryPortIsACrashPointOfSomeUseCase() {
    Set<String> methods = new TreeSet<>();
    for (JavaClass port : new ClassFileImporter().importPackagesOf(RunStore.class)) {
      if (port.isInterface() && port.isTopLevelClass() && !READERS.contains(port.reflect())) {
        Arrays.stream(port.reflect().getMethods())
            .map(method -> Watch.name(port.reflect(), method))
            .filter(name -> !Watch.ofMemory(name) && !UNUSED.contains(name))
            .forEach(methods::add);
      }
    }

    Set<String> called = new TreeSet<>();
    recorded.values().forEach(points -> points.forEach(point -> called.add(point.call())));

    assertThat(called).containsExactlyInAnyOrderElementsOf(methods);
  }

  @Test
  void nobodyIsWokenBeforeWhatHeIsWokenForIsStored() {
    recorded.forEach((stage, points) -> {
      List<String> called = points.stream().map(Point::call).toList();
      int wake = called.indexOf("WakeUps.wake(Wake)");
      assertThat(wake < 0 ? called : called.subList(0, wake))
          .as("%s", stage)
          .anyMatch(name -> wake < 0 || name.contains("Store.") || name.contains("FailedLooks."));
    });
  }

  @Test
  void anUnclearStartIsLeftAloneForAMinute() throws IOException {
    Lane lane = lanes.all().getFirst();
    lane.reset();
    lane.until(Agent.State.PREPARED);
    Duration before = lane.ahead();

    Stage.POLL_THAT_STARTS_AGAIN.arrange(lane);

    assertThat(lane.ahead().minus(before)).isGreaterThanOrEqualTo(Pace.UNCLEAR);
  }
}
