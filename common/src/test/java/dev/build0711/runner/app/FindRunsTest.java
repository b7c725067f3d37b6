package dev.build0711.runner.app;

import static dev.build0711.runner.testing.Runs.ID;
import static dev.build0711.runner.testing.Runs.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.app.FindRuns.Page;
import dev.build0711.runner.port.RunStore.Position;
import dev.build0711.runner.port.RunStore.RunFilter;
import dev.build0711.runner.run.CompleteOn;
import dev.build0711.runner.run.Place;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunStatus;
import dev.build0711.runner.run.RunSummary;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.Runs;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Whoever asks finds every run that he may see, and no other.
class FindRunsTest {

  private static final Set<String> EVERY_PROJECT = Set.of();
  private static final RunFilter ALL = new RunFilter(List.of(), List.of());

  private final InMemoryRunStore store = new InMemoryRunStore(() -> T0.plusSeconds(100));
  private final FindRuns find = new FindRuns(store);

  @Test
  void aRunIsFoundByWhoMaySeeItsProject() {
    store.put(Runs.working(CompleteOn.EITHER), List.of());

    for (Set<String> projects : List.of(EVERY_PROJECT, Set.of("shop"), Set.of("mill", "shop"))) {
      assertThat(find.one(ID, projects)).get().extracting(RunSummary::id).isEqualTo(ID);
      assertThat(find.detail(ID, projects)).isPresent();
    }
    assertThat(find.one(ID, Set.of("mill"))).isEmpty();
    assertThat(find.detail(ID, Set.of("mill"))).isEmpty();
  }

  @Test
  void aRunComesWithItsNewestEventsTheNewestFirst() {
    List<RunEvent> events =
        IntStream.rangeClosed(1, 120)
            .mapToObj(i ->
                new RunEvent(RunEvent.Type.RUN_PROGRESSED, T0.plusSeconds(i), Map.of("percent", i)))
            .toList();
    store.put(Runs.working(CompleteOn.EITHER), events);

    FindRuns.Detail detail = find.detail(ID, EVERY_PROJECT).orElseThrow();

    assertThat(detail.run().id()).isEqualTo(ID);
    assertThat(detail.events()).hasSize(100);
    assertThat(detail.events().getFirst().event()).isEqualTo(events.getLast());
  }

  @Test
  void aRunThatWaitsIsToldItsPlaceInTheQueue() {
    Run first = waiting("mill", 1);
    Run second = waiting("shop", 2);
    Run admitted = waiting("shop", 3).with(new Place("main", 0));
    store.put(admitted, List.of());
    store.put(Runs.working(CompleteOn.EITHER), List.of());

    assertThat(queuePosition(first.id())).isEqualTo(1);
    assertThat(queuePosition(second.id())).isEqualTo(2);
    assertThat(queuePosition(admitted.id())).as("it has got a place").isEqualTo(1);
    assertThat(queuePosition(ID)).as("it does not wait").isNull();
  }

  @Test
  void aListEndsWithWhereTheNextPageBegins() {
    Run oldest = waiting("shop", 1);
    Run middle = waiting("shop", 2);
    Run newest = waiting("shop", 3);

    Page first = find.list(ALL, EVERY_PROJECT, null, 2);
    Page second = find.list(ALL, EVERY_PROJECT, first.next(), 2);

    assertThat(ids(first)).containsExactly(newest.id(), middle.id());
    assertThat(first.next()).isEqualTo(new Position(middle.createdAt(), middle.id()));
    assertThat(ids(second)).containsExactly(oldest.id());
    assertThat(second.next()).isNull();
  }

  @Test
  void aPageThatIsJustFullIsTheLast() {
    waiting("shop", 1);
    waiting("shop", 2);

    assertThat(find.list(ALL, EVERY_PROJECT, null, 2).next()).isNull();
  }

  @Test
  void aListShowsOnlyWhatMayBeSeen() {
    Run mill = waiting("mill", 1);
    Run shop = waiting("shop", 2);
    Run yard = waiting("yard", 3);

    assertThat(listed(List.of(), EVERY_PROJECT)).containsExactly(yard.id(), shop.id(), mill.id());
    assertThat(listed(List.of(), Set.of("shop", "mill"))).containsExactly(shop.id(), mill.id());
    assertThat(listed(List.of("shop", "yard"), Set.of("shop", "mill"))).containsExactly(shop.id());
    assertThat(listed(List.of("yard"), EVERY_PROJECT)).containsExactly(yard.id());
  }

  @Test
  void whoAsksOnlyForForeignProjectsGetsNothingRatherThanEverything() {
    waiting("shop", 1);

    Page page = find.list(new RunFilter(List.of("shop"), List.of()), Set.of("mill"), null, 10);

    assertThat(page).isEqualTo(new Page(List.of(), null));
  }

  @Test
  void theStatusesAskedForCountAlsoWhereProjectsAreRestricted() {
    waiting("shop", 1);
    store.put(Runs.working(CompleteOn.EITHER), List.of());

    Page page =
        find.list(new RunFilter(List.of(), List.of(RunStatus.RUNNING)), Set.of("shop"), null, 10);

    assertThat(ids(page)).containsExactly(ID);
  }

  private List<RunId> listed(List<String> wanted, Set<String> projects) {
    return ids(find.list(new RunFilter(wanted, List.of()), projects, null, 10));
  }

  private static List<RunId> ids(Page page) {
    return page.runs().stream().map(RunSummary::id).toList();
  }

  private @Nullable Integer queuePosition(RunId id) {
    return find.detail(id, EVERY_PROJECT).orElseThrow().queuePosition();
  }

  private Run waiting(String project, long second) {
    Run run = Runs.accepted(project, 0, T0.plusSeconds(second));
    store.put(run, List.of());
    return run;
  }
}
