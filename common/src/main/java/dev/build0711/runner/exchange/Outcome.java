package dev.build0711.runner.exchange;

import dev.build0711.runner.run.Reason;
import java.util.List;

/// What an exchange means whose answer is not one that its caller understands: one table of the
/// statuses of HTTP, and what there is without a status. None of it is ever an end of a run.
///
/// @param reason why the backend counts as silent
/// @param unclear whether what was asked for may have been done all the same
record Outcome(Reason reason, boolean unclear) {

  /// The request has certainly not arrived.
  static final Outcome NOT_SENT = new Outcome(Reason.BACKEND_UNREACHABLE, false);

  /// No whole answer came.
  static final Outcome NO_ANSWER = new Outcome(Reason.BACKEND_UNREACHABLE, true);

  /// One line of the table.
  ///
  /// @param first its first status
  /// @param last its last status
  record Line(int first, int last, Outcome outcome, String name) {}

  static final List<Line> TABLE =
      List.of(
          line(100, 399, Reason.BACKEND_BAD_ANSWER, false, "neither an error nor what was asked"),
          line(400, 400, Reason.BACKEND_BAD_ANSWER, false, "refused for what it says"),
          line(401, 401, Reason.BACKEND_UNAUTHORIZED, false, "the key is not taken"),
          line(402, 402, Reason.BACKEND_BAD_ANSWER, false, "refused for what it says"),
          line(403, 403, Reason.BACKEND_UNAUTHORIZED, false, "the key may not do this"),
          line(404, 407, Reason.BACKEND_BAD_ANSWER, false, "refused for what it says"),
          line(408, 408, Reason.BACKEND_ERROR, false, "the request took too long to arrive"),
          line(409, 428, Reason.BACKEND_BAD_ANSWER, false, "refused for what it says"),
          line(429, 429, Reason.BACKEND_ERROR, false, "too many requests"),
          line(430, 499, Reason.BACKEND_BAD_ANSWER, false, "refused for what it says"),
          line(500, 501, Reason.BACKEND_ERROR, false, "the server has failed"),
          line(502, 502, Reason.BACKEND_ERROR, true, "a proxy, whose server gave no answer"),
          line(503, 503, Reason.BACKEND_ERROR, false, "the server takes nothing now"),
          line(504, 504, Reason.BACKEND_ERROR, true, "a proxy, whose server gave no answer"),
          line(505, 999, Reason.BACKEND_ERROR, false, "the server has failed"));

  private static Line line(int first, int last, Reason reason, boolean unclear, String name) {
    return new Line(first, last, new Outcome(reason, unclear), name);
  }

  /// What a whole answer of that status means.
  static Outcome ofStatus(int status) {
    for (Line line : TABLE) {
      if (line.first() <= status && status <= line.last()) {
        return line.outcome();
      }
    }
    return new Outcome(Reason.BACKEND_BAD_ANSWER, false);
  }

  Outcome butUnclear() {
    return new Outcome(reason, true);
  }
}
