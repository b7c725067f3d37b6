package dev.build0711.runner.getrun;

import dev.build0711.runner.port.RunStore.Position;
import dev.build0711.runner.run.RunId;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A place in the list of runs, as a text that callers only hand back. Its first byte says how the
/// rest is written, so that later versions can tell old cursors.
final class RunCursor {

  private static final byte VERSION = 1;
  private static final int LENGTH = 1 + Long.BYTES + Integer.BYTES + 2 * Long.BYTES;

  private RunCursor() {}

  static String of(Position position) {
    UUID id = position.id().value();
    Instant createdAt = position.createdAt();
    ByteBuffer bytes =
        ByteBuffer.allocate(LENGTH)
            .put(VERSION)
            .putLong(createdAt.getEpochSecond())
            .putInt(createdAt.getNano())
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /// Null if the text is no cursor.
  static @Nullable Position read(String text) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      if (bytes.remaining() != LENGTH || bytes.get() != VERSION) {
        return null;
      }
      Instant createdAt = Instant.ofEpochSecond(bytes.getLong(), bytes.getInt());
      var position = new Position(createdAt, new RunId(new UUID(bytes.getLong(), bytes.getLong())));
      return of(position).equals(text) && isPlausible(createdAt) ? position : null;
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  /// Later than any store could compare it with would be an error there.
  private static boolean isPlausible(Instant createdAt) {
    return !createdAt.isBefore(Instant.EPOCH)
        && createdAt.isBefore(Instant.parse("9999-01-01T00:00:00Z"));
  }
}
