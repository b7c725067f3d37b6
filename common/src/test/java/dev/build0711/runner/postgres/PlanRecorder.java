package dev.build0711.runner.postgres;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Keeps the plan of every statement that is run through its source, as the server's `auto_explain`
/// sends it along with the answer.
final class PlanRecorder {

  private static final JsonMapper JSON = new JsonMapper();

  private final List<JsonNode> plans = new ArrayList<>();
  private final DataSource source;

  PlanRecorder(DataSource source) {
    this.source =
        proxy(
            DataSource.class,
            source,
            (method, result) -> result instanceof Connection it ? connection(it) : result);
  }

  DataSource source() {
    return source;
  }

  /// The plans since the last call.
  List<JsonNode> take() {
    List<JsonNode> taken = List.copyOf(plans);
    plans.clear();
    return taken;
  }

  private Connection connection(Connection connection) {
    return proxy(
        Connection.class,
        connection,
        (method, result) -> result instanceof PreparedStatement it ? statement(it) : result);
  }

  private PreparedStatement statement(PreparedStatement statement) {
    return proxy(
        PreparedStatement.class,
        statement,
        (method, result) -> {
          if (method.startsWith("execute")) {
            keep(statement);
          }
          return result;
        });
  }

  private void keep(Statement statement) throws SQLException {
    for (SQLWarning it = statement.getWarnings(); it != null; it = it.getNextWarning()) {
      String text = String.valueOf(it.getMessage());
      if (text.contains("plan:")) {
        plans.add(JSON.readTree(text.substring(text.indexOf('{'))).get("Plan"));
      }
    }
  }

  private interface After {
    Object apply(String method, Object result) throws SQLException;
  }

  private static <T> T proxy(Class<T> type, T real, After after) {
    InvocationHandler handler =
        (_, method, arguments) -> {
          try {
            Object result = method.invoke(real, arguments);
            return result == null ? null : after.apply(method.getName(), result);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
