package dev.build0711.runner.http;

/// One mistake in a request.
///
/// @param at a JSON Pointer (RFC 6901) into the body, or a parameter's or a header's name
/// @param detail what the rule is, never what was sent
public record Mistake(Where where, String at, String detail) {

  /// The part of the request; [#toString] names the member of the API that tells the place.
  public enum Where {
    POINTER,
    PARAMETER,
    HEADER;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
