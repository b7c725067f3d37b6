package dev.build0711.runner.postgres;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The parameters of a statement, bound one after the other.
final class Parameters {

  private final PreparedStatement statement;
  private int index;

  Parameters(PreparedStatement statement) {
    this.statement = statement;
  }

  Parameters text(@Nullable Object word) throws SQLException {
    statement.setString(++index, word == null ? null : word.toString());
    return this;
  }

  Parameters number(@Nullable Long value) throws SQLException {
    statement.setObject(++index, value, Types.BIGINT);
    return this;
  }

  Parameters number(long value) throws SQLException {
    statement.setLong(++index, value);
    return this;
  }

  Parameters number(int value) throws SQLException {
    statement.setInt(++index, value);
    return this;
  }

  Parameters flag(boolean value) throws SQLException {
    statement.setBoolean(++index, value);
    return this;
  }

  Parameters bytes(byte @Nullable [] value) throws SQLException {
    statement.setBytes(++index, value);
    return this;
  }

  Parameters uuid(@Nullable UUID value) throws SQLException {
    statement.setObject(++index, value, Types.OTHER);
    return this;
  }

  /// Stored to the microsecond.
  Parameters time(@Nullable Instant value) throws SQLException {
    statement.setObject(
        ++index,
        value == null ? null : value.atOffset(ZoneOffset.UTC),
        Types.TIMESTAMP_WITH_TIMEZONE);
    return this;
  }

  /// The time after every other.
  Parameters endOfTime() throws SQLException {
    statement.setObject(++index, OffsetDateTime.MAX, Types.TIMESTAMP_WITH_TIMEZONE);
    return this;
  }

  /// In seconds, for `make_interval(secs => ?)`.
  Parameters seconds(Duration value) throws SQLException {
    statement.setDouble(++index, value.toNanos() / 1e9);
    return this;
  }

  Parameters texts(Collection<String> values) throws SQLException {
    statement.setArray(
        ++index, statement.getConnection().createArrayOf("text", values.toArray(String[]::new)));
    return this;
  }

  Parameters numbers(Collection<Long> values) throws SQLException {
    statement.setArray(
        ++index, statement.getConnection().createArrayOf("int8", values.toArray(Long[]::new)));
    return this;
  }

  Parameters times(Collection<@Nullable Instant> values) throws SQLException {
    statement.setArray(
        ++index,
        statement
            .getConnection()
            .createArrayOf(
                "timestamptz",
                values.stream()
                    .map(time -> time == null ? null : time.atOffset(ZoneOffset.UTC))
                    .toArray()));
    return this;
  }

  Parameters uuids(Collection<UUID> values) throws SQLException {
    statement.setArray(
        ++index, statement.getConnection().createArrayOf("uuid", values.toArray(UUID[]::new)));
    return this;
  }
}
