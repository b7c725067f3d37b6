package dev.build0711.runner.simulation;

import dev.build0711.runner.port.BackendStore;
import dev.build0711.runner.port.DeliveryStore;
import dev.build0711.runner.port.RunStore;
import dev.build0711.runner.postgres.PostgresBackendStore;
import dev.build0711.runner.postgres.PostgresDeliveryStore;
import dev.build0711.runner.postgres.PostgresRunStore;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.testing.InMemoryRunStore;
import dev.build0711.runner.testing.MemoryDeliveries;
import dev.build0711.runner.testing.PostgresExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import javax.sql.DataSource;

/// The stores in memory and those in PostgreSQL, empty at first, with one clock; everything is done
/// with both, and has to come to the same.
final class TwoStores {

  private final DataSource source;
  private final SimulatedTime time = new SimulatedTime();
  private final InMemoryRunStore memory = new InMemoryRunStore(time);
  private final Stores first = new Stores(memory, memory, new MemoryDeliveries(memory, time));
  private final Stores second;
  private final List<String> commands = new ArrayList<>();

  /// One of both.
  record Stores(RunStore runs, BackendStore backends, DeliveryStore ledger) {}

  TwoStores(DataSource source) {
    this.source = source;
    this.second =
        new Stores(
            new PostgresRunStore(source),
            new PostgresBackendStore(source),
            new PostgresDeliveryStore(source));
    PostgresExtension.execute(
        source,
        """
        delete from webhook_delivery; delete from run; delete from backend;
        delete from simulation.clock; insert into simulation.clock values ('%s')
        """
            .formatted(now()));
  }

  Instant now() {
    return time.instant();
  }

  void pass(Duration pause) {
    time.pass(pause);
    commands.add("pause until " + now());
    PostgresExtension.execute(source, "update simulation.clock set at = '%s'".formatted(now()));
  }

  /// The store in memory, to be asked what a command needs to know.
  InMemoryRunStore memory() {
    return memory;
  }

  /// Gives a command to both.
  ///
  /// @return how they differ, empty where they do not
  String both(String command, Function<Stores, Object> call) {
    Object mine = call.apply(first);
    Object theirs = call.apply(second);
    commands.add(command + " -> " + mine);
    if (!mine.equals(theirs)) {
      return differ(mine, theirs);
    }
    for (Run run : memory.all()) {
      String difference = rows(run);
      if (!difference.isEmpty()) {
        return difference;
      }
    }
    return "";
  }

  /// What was done with both.
  String told() {
    return String.join("\n", commands);
  }

  private String rows(Run mine) {
    RunId id = mine.id();
    Run theirs = second.runs().find(id).orElseThrow();
    if (!mine.equals(theirs)) {
      return differ(mine, theirs);
    }
    List<String> events = told(first.runs().events(id, 1_000));
    List<String> others = told(second.runs().events(id, 1_000));
    return events.equals(others) ? "" : differ(events, others);
  }

  private static String differ(Object mine, Object theirs) {
    return "in memory  " + mine + "\nPostgreSQL " + theirs;
  }

  /// JSON knows no order of members and no kinds of numbers.
  private static List<String> told(List<RunStore.Numbered> events) {
    return events.stream()
        .map(one ->
            one.seq()
                + " "
                + one.event().type()
                + one.event().at()
                + new TreeMap<>(one.event().data()))
        .toList();
  }
}
