package dev.build0711.runner.standalone.http;

import com.google.cloud.functions.HttpResponse;

/// Answers for a request that no function sees, because it cannot be read: an address with an empty
/// part or a wrong escape, a header that is too long.
@FunctionalInterface
public interface Refusal {

  /// Answers the request, whole.
  ///
  /// @param status what was found, 400 to 499
  void answer(int status, HttpResponse response);
}
