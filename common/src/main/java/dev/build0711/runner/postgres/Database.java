package dev.build0711.runner.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;

/// The pool of connections. Making one connects nowhere and starts no thread: the first statement
/// does. When PostgreSQL is back after it was away the next statement connects.
public final class Database implements AutoCloseable {

  /// Together with [#VALIDATION] under three seconds, the longest a caller waits for nothing.
  private static final Duration CALLER = Duration.ofSeconds(2);

  /// What a look has learnt is worth waiting for a connection, as long as its claim holds.
  private static final Duration BACKGROUND = Duration.ofSeconds(15);

  private static final Duration VALIDATION = Duration.ofMillis(500);
  private static final Duration STATEMENT = Duration.ofSeconds(5);
  private static final Duration LOCK = Duration.ofSeconds(2);
  private static final Duration ANSWER = STATEMENT.plusSeconds(1);
  private static final Duration IDLE = Duration.ofMinutes(2);

  private final HikariDataSource pool = new HikariDataSource();

  private Database(Settings settings, Duration patience) {
    pool.setPoolName("database");
    pool.setDataSource(new LoginDataSource(settings.login(), driver(patience)));
    pool.setMaximumPoolSize(settings.poolSize());
    pool.setMinimumIdle(0);
    pool.setIdleTimeout(IDLE.toMillis());
    pool.setInitializationFailTimeout(-1);
    pool.setConnectionTimeout(patience.toMillis());
    pool.setValidationTimeout(VALIDATION.toMillis());
  }

  /// For work that a caller waits for: a statement fails within three seconds while PostgreSQL is
  /// away, and within two where all connections are taken.
  public static Database forCallers(Settings settings) {
    return new Database(settings, CALLER);
  }

  /// For work that nobody waits for: it waits 15 seconds for PostgreSQL or a free connection.
  public static Database forBackground(Settings settings) {
    return new Database(settings, BACKGROUND);
  }

  private static Properties driver(Duration patience) {
    Properties driver = new Properties();
    driver.setProperty("connectTimeout", Long.toString(patience.toSeconds()));
    driver.setProperty("loginTimeout", Long.toString(patience.toSeconds()));
    driver.setProperty("socketTimeout", Long.toString(ANSWER.toSeconds()));
    driver.setProperty("tcpKeepAlive", "true");
    driver.setProperty("ApplicationName", "openhands-runner");
    driver.setProperty(
        "options",
        "-c statement_timeout="
            + STATEMENT.toMillis()
            + " -c lock_timeout="
            + LOCK.toMillis()
            + " -c idle_in_transaction_session_timeout="
            + STATEMENT.toMillis());
    return driver;
  }

  /// What to connect to; tables are taken from the connection's search path.
  ///
  /// @param login asked for whenever a connection is made
  /// @param poolSize the most connections at once
  public record Settings(Login login, int poolSize) {

    public Settings {
      if (poolSize < 1) {
        throw new IllegalArgumentException("the pool size must be at least 1, not " + poolSize);
      }
    }
  }

  public DataSource source() {
    return pool;
  }

  /// Closes every connection; calls still waiting for one fail.
  @Override
  public void close() {
    pool.close();
  }
}
