package dev.build0711.runner.run;

import java.time.Instant;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// The name of a run: a UUIDv7 (RFC 9562), written `run_` and 26 characters of lower-case Crockford
/// base32. Ids sort by the millisecond in which they were made.
public record RunId(UUID value) implements Comparable<RunId> {

  private static final String PREFIX = "run_";
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int DIGITS = 26;

  /// A new id. `now` gives its first 48 bits, `random` the other 74 that are free.
  public static RunId create(Instant now, RandomGenerator random) {
    long high = (now.toEpochMilli() << 16) | 0x7000L | (random.nextLong() & 0x0fffL);
    long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new RunId(new UUID(high, low));
  }

  /// Reads what [#toString] wrote; upper case and look-alike letters are not taken.
  ///
  /// @throws IllegalArgumentException if `text` is no run id
  public static RunId parse(String text) {
    if (!text.startsWith(PREFIX) || text.length() != PREFIX.length() + DIGITS) {
      throw new IllegalArgumentException("not a run id");
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < DIGITS; i++) {
      int digit = ALPHABET.indexOf(text.charAt(PREFIX.length() + i));
      if (digit < 0 || (i == 0 && digit > 7)) {
        throw new IllegalArgumentException("not a run id");
      }
      high = (high << 5) | (low >>> 59);
      low = (low << 5) | digit;
    }
    return new RunId(new UUID(high, low));
  }

  /// When it was made, to the millisecond.
  public Instant createdAt() {
    return Instant.ofEpochMilli(value.getMostSignificantBits() >>> 16);
  }

  @Override
  public int compareTo(RunId other) {
    int byHigh =
        Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
    return byHigh != 0
        ? byHigh
        : Long.compareUnsigned(
            value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
  }

  @Override
  public String toString() {
    char[] text = new char[DIGITS];
    long high = value.getMostSignificantBits();
    long low = value.getLeastSignificantBits();
    for (int i = DIGITS - 1; i >= 0; i--) {
      text[i] = ALPHABET.charAt((int) (low & 31));
      low = (low >>> 5) | (high << 59);
      high = high >>> 5;
    }
    return PREFIX + new String(text);
  }
}
