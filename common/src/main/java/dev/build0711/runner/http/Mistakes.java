package dev.build0711.runner.http;

import java.util.ArrayList;
import java.util.List;

/// Gathers the mistakes of one request, so that a caller learns of all of them at once. The first
/// [#MAX] are kept.
public final class Mistakes {

  static final int MAX = 100;

  private final List<Mistake> found = new ArrayList<>();

  /// Notes a mistake in the body.
  ///
  /// @param pointer a JSON Pointer into the body
  public void body(String pointer, String detail) {
    add(new Mistake(Mistake.Where.POINTER, pointer, detail));
  }

  public void parameter(String name, String detail) {
    add(new Mistake(Mistake.Where.PARAMETER, name, detail));
  }

  public void header(String name, String detail) {
    add(new Mistake(Mistake.Where.HEADER, name, detail));
  }

  /// Ends the reading of a request.
  ///
  /// @throws ProblemException `invalid_request` with all mistakes, if there are any
  public void check() {
    if (!found.isEmpty()) {
      throw new ProblemException(found);
    }
  }

  private void add(Mistake mistake) {
    if (found.size() < MAX) {
      found.add(mistake);
    }
  }
}
