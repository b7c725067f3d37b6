package dev.build0711.runner.log;

import org.jspecify.annotations.Nullable;

/// What every log line of a request carries. Bound by the edge around a request; it does not follow
/// the work to another thread by itself.
///
/// @param requestId the request's id, as the caller also sees it
/// @param trace the trace id of the W3C `traceparent` header, 32 hex digits
/// @param runId the run the request is about, where it is known from the start
public record RequestContext(String requestId, @Nullable String trace, @Nullable String runId) {

  /// The request that this thread is serving.
  public static final ScopedValue<RequestContext> CURRENT = ScopedValue.newInstance();

  /// Does a part of the work of this thread that is about one run.
  public static void about(String runId, Runnable work) {
    if (CURRENT.isBound()) {
      RequestContext now = CURRENT.get();
      ScopedValue.where(CURRENT, new RequestContext(now.requestId, now.trace, runId)).run(work);
    } else {
      work.run();
    }
  }
}
