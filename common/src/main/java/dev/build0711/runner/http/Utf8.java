package dev.build0711.runner.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads UTF-8 without guessing: what is no UTF-8 is refused, not replaced.
final class Utf8 {

  private Utf8() {}

  /// @throws ProblemException `malformed_json` if the bytes are no UTF-8
  static String decode(byte[] bytes) {
    try {
      return strict(bytes);
    } catch (CharacterCodingException e) {
      throw new ProblemException(ProblemType.MALFORMED_JSON, "The body is not valid UTF-8.");
    }
  }

  static String strict(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}
