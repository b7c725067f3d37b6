package dev.build0711.runner.postgres;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/// Makes each connection with the login that counts then. Where PostgreSQL refuses it, the login is
/// read anew, and tried once more if it has become another.
final class LoginDataSource implements DataSource {

  private final Driver driver = new Driver();
  private final Login login;
  private final Properties properties;
  private volatile int loginTimeout;

  /// @param properties the driver's, without user and password
  LoginDataSource(Login login, Properties properties) {
    this.login = login;
    this.properties = properties;
  }

  @Override
  public Connection getConnection() throws SQLException {
    DatabaseUrl tried = login.current();
    try {
      return connect(tried);
    } catch (SQLException e) {
      DatabaseUrl renewed = SqlStates.loginRefused(e) ? login.renewed() : tried;
      if (renewed.equals(tried)) {
        throw e;
      }
      return connect(renewed);
    }
  }

  private Connection connect(DatabaseUrl to) throws SQLException {
    Properties all = new Properties();
    all.putAll(properties);
    put(all, "user", to.user());
    put(all, "password", to.password());
    Connection connection = driver.connect(to.jdbcUrl(), all);
    if (connection == null) {
      throw new SQLException("PostgreSQL's driver does not know the form of the URL");
    }
    return connection;
  }

  private static void put(Properties properties, String key, @Nullable String value) {
    if (value != null) {
      properties.setProperty(key, value);
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("the login is the configuration's");
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {}

  /// Only kept for the pool, which waits so long for connections in the making when it is closed;
  /// the driver has a limit of its own.
  @Override
  public void setLoginTimeout(int seconds) {
    loginTimeout = seconds;
  }

  @Override
  public int getLoginTimeout() {
    return loginTimeout;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
