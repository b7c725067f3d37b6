package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.scenario.Ids;
import java.math.BigInteger;
import java.util.UUID;

/// The names and keys of sandboxes: long numbers in letters and digits.
record Names(Ids ids) {

  private static final String LETTERS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  /// A name for what has this id.
  String of(UUID id) {
    StringBuilder name = new StringBuilder();
    BigInteger base = BigInteger.valueOf(LETTERS.length());
    for (BigInteger rest = number(id); rest.signum() > 0; rest = rest.divide(base)) {
      name.append(LETTERS.charAt(rest.mod(base).intValue()));
    }
    return name.toString();
  }

  /// The key of the sandbox with this id.
  String keyOf(UUID id) {
    return of(ids.of(id, 1)) + of(ids.of(id, 2));
  }

  private static BigInteger number(UUID id) {
    return new BigInteger(StartTask.hex(id), 16);
  }
}
