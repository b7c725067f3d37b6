package dev.build0711.runner.githost;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// HMAC-SHA256 (RFC 2104) with one key.
public final class Hmac {

  private static final String NAME = "HmacSHA256";

  private final SecretKeySpec key;

  /// @param key at least one byte: everybody knows the codes of an empty key
  public Hmac(byte[] key) {
    this.key = new SecretKeySpec(key, NAME);
  }

  /// The code of all the parts one after the other.
  public byte[] of(byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(NAME);
      mac.init(key);
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
