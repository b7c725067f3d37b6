package dev.build0711.runner.http;

/// What a route does.
@FunctionalInterface
public interface Handler {

  /// Refuses a call of [Route.Kind#WEBHOOK] by its headers alone, before any of its body is read.
  default void admit(Call call) {}

  /// Answers a call. May throw anything: [ProblemException] is told to the caller, everything else
  /// is our fault and is logged.
  Reply handle(Call call);
}
