package dev.build0711.runner.postgres;

import dev.build0711.runner.port.Backends.Terms;
import dev.build0711.runner.port.RunStore.Admission;
import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.run.Capacity;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunId;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Gives places away in one short transaction, in which nobody else does for the same backends.
final class Places {

  private final RunRow rows;

  Places(RunRow rows) {
    this.rows = rows;
  }

  Admission admit(Jdbc.Session session, List<Terms> backends, @Nullable Claim own)
      throws SQLException {
    lock(session, backends.stream().map(Terms::name).toList());
    List<Door> doors = doors(session, backends);
    List<String> slots = Capacity.deal(doors.stream().map(Door::capacity).toList(), Admission.MOST);
    if (slots.isEmpty()) {
      return new Admission(null, List.of(), trouble(doors));
    }
    RunId caller = own == null ? null : own.run().id();
    List<Wake> admitted = give(session, slots, caller);
    boolean placed = admitted.stream().anyMatch(wake -> wake.id().equals(caller));
    return new Admission(
        own != null && placed ? renewed(session, own) : null,
        admitted.stream().filter(wake -> !wake.id().equals(caller)).toList(),
        null);
  }

  private static void lock(Jdbc.Session session, List<String> names) throws SQLException {
    if (locked(session, names) < names.size()) {
      session.list(BackendSql.MEET, to -> to.texts(names), row -> row.text("name"));
      locked(session, names);
    }
  }

  private static int locked(Jdbc.Session session, List<String> names) throws SQLException {
    return session.list(BackendSql.LOCK, to -> to.texts(names), row -> row.text("name")).size();
  }

  /// @param trouble why it is closed, null where it is not, or only for a moment
  private record Door(Terms terms, Capacity capacity, @Nullable Reason trouble) {}

  private static @Nullable Reason trouble(List<Door> doors) {
    List<Door> wanted = doors.stream().filter(door -> door.terms().wanted()).toList();
    return wanted.stream().allMatch(door -> door.trouble() != null)
        ? wanted.stream().map(Door::trouble).findFirst().orElse(null)
        : null;
  }

  private static List<Door> doors(Jdbc.Session session, List<Terms> backends) throws SQLException {
    Map<String, Terms> named =
        backends.stream().collect(Collectors.toMap(Terms::name, Function.identity()));
    return session.list(
        BackendSql.HELD,
        to -> to.texts(named.keySet()),
        row ->
            door(
                Objects.requireNonNull(named.get(row.text("name")), "only these were asked for"),
                row));
  }

  private static Door door(Terms terms, Row row) throws SQLException {
    int places = row.flag("open") ? terms.places(dialect(row)) : 0;
    String trouble = row.textOrNull("trouble");
    return new Door(
        terms,
        new Capacity(terms.name(), terms.weight(), places, row.integer("held")),
        trouble == null ? null : Vocabulary.of(Reason.class, trouble));
  }

  private static @Nullable Dialect dialect(Row row) throws SQLException {
    String word = row.textOrNull("dialect");
    return word == null ? null : Vocabulary.of(Dialect.class, word);
  }

  private static List<Wake> give(Jdbc.Session session, List<String> slots, @Nullable RunId caller)
      throws SQLException {
    return session.list(
        BackendSql.ADMIT,
        to ->
            to.texts(slots)
                .uuid(caller == null ? null : caller.value())
                .number(slots.size())
                .number(slots.size()),
        PostgresRunStore::wake);
  }

  private Claim renewed(Jdbc.Session session, Claim own) throws SQLException {
    Run run =
        session.first(RunSql.FIND, to -> to.uuid(own.run().id().value()), rows::read).orElseThrow();
    return new Claim(run, own.now(), own.leaseUntil(), null);
  }
}
