package dev.build0711.runner.http;

import java.util.List;
import java.util.Map;

/// A request that cannot be served, in words that the caller may see.
public final class ProblemException extends RuntimeException {

  private final ProblemType type;
  private final List<Mistake> mistakes;
  private final Map<String, String> headers;

  /// @param detail one sentence on this occurrence, safe to show
  public ProblemException(ProblemType type, String detail) {
    this(type, detail, List.of(), Map.of());
  }

  /// @param headers further headers of the answer
  public ProblemException(ProblemType type, String detail, Map<String, String> headers) {
    this(type, detail, List.of(), headers);
  }

  ProblemException(List<Mistake> mistakes) {
    this(ProblemType.INVALID_REQUEST, detail(mistakes), mistakes, Map.of());
  }

  private ProblemException(
      ProblemType type, String detail, List<Mistake> mistakes, Map<String, String> headers) {
    super(detail, null, false, false); // an answer, not an accident: nobody reads its stack
    this.type = type;
    this.mistakes = List.copyOf(mistakes);
    this.headers = Map.copyOf(headers);
  }

  public ProblemType type() {
    return type;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }

  public List<Mistake> mistakes() {
    return mistakes;
  }

  Map<String, String> headers() {
    return headers;
  }

  private static String detail(List<Mistake> mistakes) {
    return mistakes.size() == 1
        ? "The request has one mistake."
        : "The request has " + mistakes.size() + " mistakes.";
  }
}
