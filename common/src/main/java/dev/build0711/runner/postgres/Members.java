package dev.build0711.runner.postgres;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The members of a JSON object to be written, in order; those that are null are left out.
final class Members {

  private final Map<String, Object> members = new LinkedHashMap<>();

  Members with(String name, @Nullable Object value) {
    if (value != null) {
      members.put(name, value);
    }
    return this;
  }

  Map<String, Object> all() {
    return members;
  }
}
