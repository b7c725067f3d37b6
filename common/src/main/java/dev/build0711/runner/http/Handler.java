package dev.build0711.runner.http;

/// What a route does.
@FunctionalInterface
public interface Handler {

  /// Answers a call. May throw anything: [ProblemException] is told to the caller, everything else
  /// is our fault and is logged.
  Reply handle(Call call);
}
