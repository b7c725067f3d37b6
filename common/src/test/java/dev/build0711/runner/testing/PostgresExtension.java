package dev.build0711.runner.testing;

import dev.build0711.runner.postgres.Database;
import dev.build0711.runner.postgres.DatabaseUrl;
import dev.build0711.runner.postgres.Migrations;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.TimeZone;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A real PostgreSQL with the newest schema, one for all tests of a JVM, emptied before each test.
/// Its sessions live far from UTC, so that nothing is right by accident.
///
/// Use: `@RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();`
public final class PostgresExtension implements BeforeEachCallback {

  private static final TimeZone FAR_AWAY = TimeZone.getTimeZone("Asia/Kathmandu");

  /// The pool that every test of the JVM shares.
  public DataSource source() {
    return Shared.DATABASE.source();
  }

  /// Where the database is, for code that makes its own pool.
  public Database.Settings settings() {
    return Shared.SETTINGS;
  }

  /// Runs a script of any statements.
  public void execute(String sql) {
    execute(source(), sql);
  }

  /// The first column of the first row.
  public String value(String sql) {
    return value(source(), sql);
  }

  public static void execute(DataSource source, String sql) {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String value(DataSource source, String sql) {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(sql)) {
      results.next();
      return String.valueOf(results.getString(1));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    execute(
        "truncate run, run_event, run_message, run_artifact, pull_request, webhook_delivery, backend");
  }

  /// A server that a test may stop and start as it likes, without a schema.
  public static EmbeddedPostgres start() {
    // the driver hands its JVM's zone to the session
    TimeZone.setDefault(FAR_AWAY);
    try {
      return EmbeddedPostgres.builder().setServerConfig("max_connections", "150").start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Settings for a database of `server`.
  public static Database.Settings settings(EmbeddedPostgres server, String database) {
    return settings("jdbc:postgresql://localhost:" + server.getPort() + "/" + database, 20);
  }

  /// Settings for the database at `jdbcUrl`, as its owner.
  public static Database.Settings settings(String jdbcUrl, int poolSize) {
    var login = new DatabaseUrl(jdbcUrl, "postgres", "postgres");
    return new Database.Settings(() -> login, poolSize);
  }

  /// Where the database is that every test of the JVM shares.
  public String jdbcUrl() {
    return Shared.SETTINGS.login().current().jdbcUrl();
  }

  private static final class Shared {

    static final Database.Settings SETTINGS = settings(start(), "postgres");
    static final Database DATABASE = Database.forCallers(SETTINGS);

    static {
      new Migrations(DATABASE.source()).up(null);
    }
  }
}
