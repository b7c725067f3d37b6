package dev.build0711.runner.http;

import com.google.cloud.functions.HttpRequest;
import java.io.IOException;

/// Reads a body up to a limit, whatever the headers say of its length.
final class RequestBody {

  private static final int MAX_REST = 64 * 1024;

  private RequestBody() {}

  /// @throws ProblemException `content_too_large` beyond `max` bytes, `malformed_request` if the
  ///   caller stopped in the middle
  static byte[] read(HttpRequest request, int max) {
    if (request.getContentLength() > max) {
      throw tooLarge(max); // what announces itself as too large need not be read to be refused
    }
    try {
      byte[] body = request.getInputStream().readNBytes(max + 1);
      if (body.length > max) {
        throw tooLarge(max);
      }
      return body;
    } catch (IOException e) {
      throw new ProblemException(
          ProblemType.MALFORMED_REQUEST, "The body could not be read to its end.");
    }
  }

  /// Reads what is left of a refused request that announced no more than [#MAX_REST] bytes: the
  /// container closes a connection on which something is left, and the caller's next request on it
  /// would be lost. More than that is not waited for.
  static void drop(HttpRequest request) {
    long length = request.getContentLength();
    if (length <= 0 || length > MAX_REST) {
      return;
    }
    try {
      request.getInputStream().readNBytes(MAX_REST);
    } catch (IOException e) {
      // the caller has gone, or the connection is closed anyway
    }
  }

  private static ProblemException tooLarge(int max) {
    return new ProblemException(
        ProblemType.CONTENT_TOO_LARGE, "The body may have at most " + max + " bytes.");
  }
}
