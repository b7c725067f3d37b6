package dev.build0711.runner.log;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The facts of a log line beside its constant message. Passed as a parameter of the message:
/// `LOG.log(INFO, "run moved", LogFields.of("run_id", id, "to", status))`.
///
/// Numbers and booleans stay what they are, everything else is written as its `toString`; never
/// give it what a user sent or a secret's value.
///
/// @param members the fields in the order of writing, by name
/// @param cause what went wrong, written as `stack_trace`
public record LogFields(Map<String, Object> members, @Nullable Throwable cause) {

  /// A line that its message says whole.
  public static final LogFields NONE = new LogFields(Map.of(), null);

  public LogFields {
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }

  public static LogFields of(String name, Object value) {
    return new LogFields(Map.of(name, value), null);
  }

  public static LogFields of(String name, Object value, String second, Object secondValue) {
    return of(name, value).and(second, secondValue);
  }

  public static LogFields of(
      String name,
      Object value,
      String second,
      Object secondValue,
      String third,
      Object thirdValue) {
    return of(name, value).and(second, secondValue).and(third, thirdValue);
  }

  /// These fields and one more.
  public LogFields and(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(members);
    more.put(name, value);
    return new LogFields(more, cause);
  }

  /// These fields with what went wrong.
  public LogFields because(Throwable thrown) {
    return new LogFields(members, thrown);
  }
}
