package dev.build0711.runner.postgres;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of an answer. The plain methods are for columns that are never null.
final class Row {

  private final ResultSet results;

  Row(ResultSet results) {
    this.results = results;
  }

  String text(String column) throws SQLException {
    return Objects.requireNonNull(results.getString(column), column);
  }

  @Nullable String textOrNull(String column) throws SQLException {
    return results.getString(column);
  }

  boolean flag(String column) throws SQLException {
    return results.getBoolean(column);
  }

  int integer(String column) throws SQLException {
    return results.getInt(column);
  }

  long number(String column) throws SQLException {
    return results.getLong(column);
  }

  @Nullable Long numberOrNull(String column) throws SQLException {
    long value = results.getLong(column);
    return results.wasNull() ? null : value;
  }

  byte @Nullable [] bytesOrNull(String column) throws SQLException {
    return results.getBytes(column);
  }

  UUID uuid(String column) throws SQLException {
    return Objects.requireNonNull(uuidOrNull(column), column);
  }

  @Nullable UUID uuidOrNull(String column) throws SQLException {
    return results.getObject(column, UUID.class);
  }

  Instant time(String column) throws SQLException {
    return Objects.requireNonNull(timeOrNull(column), column);
  }

  @Nullable Instant timeOrNull(String column) throws SQLException {
    OffsetDateTime value = results.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }

  List<String> texts(String column) throws SQLException {
    Array array = Objects.requireNonNull(results.getArray(column), column);
    return List.of((String[]) array.getArray());
  }
}
