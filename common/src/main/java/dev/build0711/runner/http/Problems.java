package dev.build0711.runner.http;

import dev.build0711.runner.log.LogFields;
import dev.build0711.runner.port.StorageUnavailable;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// The only map from a failure to an answer: one for callers, one for the queue, which wants to
/// know nothing but whether to try again.
final class Problems {

  private static final System.Logger LOG = System.getLogger(Problems.class.getName());
  private static final Map<String, String> LATER = Map.of("Retry-After", "5");

  private final RandomGenerator random;

  Problems(RandomGenerator random) {
    this.random = random;
  }

  Reply forCaller(Throwable failure) {
    String errorId = Correlation.newId(random);
    return switch (failure) {
      case ProblemException told -> told(told, errorId);
      case StorageUnavailable _ -> {
        log(Level.WARNING, "storage unavailable", errorId, failure);
        yield ours(
            ProblemType.STORAGE_UNAVAILABLE,
            "Nothing is known of whether the request had an effect.",
            errorId,
            LATER);
      }
      default -> {
        log(Level.ERROR, "request failed", errorId, failure);
        yield ours(
            ProblemType.INTERNAL_ERROR,
            "The request could not be served; the log says why.",
            errorId,
            Map.of());
      }
    };
  }

  /// A task that can never succeed is answered 200, so that the queue forgets it; anything else
  /// 503, so that it comes again.
  Reply forQueue(Throwable failure) {
    String errorId = Correlation.newId(random);
    if (failure instanceof ProblemException told && !told.type().retryable()) {
      log(Level.WARNING, "task dropped", errorId, failure);
      return Reply.json(
          200,
          json ->
              json.object(() -> {
                json.text("outcome", "dropped");
                json.text("code", told.type().toString());
              }));
    }
    log(Level.WARNING, "task failed", errorId, failure);
    return ours(ProblemType.STORAGE_UNAVAILABLE, "The task has to be tried again.", errorId, LATER);
  }

  private static Reply told(ProblemException told, String errorId) {
    Reply reply =
        Reply.problem(
            new Problem(told.type(), told.detail(), errorId, told.mistakes()), told.headers());
    return switch (told.type()) {
      case UNAUTHORIZED -> reply.with("WWW-Authenticate", "Bearer");
      case INSUFFICIENT_SCOPE ->
          reply.with("WWW-Authenticate", "Bearer error=\"insufficient_scope\"");
      default -> reply;
    };
  }

  private static Reply ours(
      ProblemType type, String detail, String errorId, Map<String, String> headers) {
    return Reply.problem(new Problem(type, detail, errorId, List.of()), headers);
  }

  private static void log(Level level, String message, String errorId, Throwable failure) {
    LOG.log(level, message, LogFields.of("error_id", errorId).because(failure));
  }
}
