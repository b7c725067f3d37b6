package dev.build0711.runner.port;

/// One kind of git host, as the sender of webhooks.
public interface GitHost {

  /// Whether a secret is configured; without one nothing is authentic.
  boolean configured();

  /// Whether the host itself posted this. Reads the bytes, not what they mean.
  boolean authentic(Posted posted);

  /// Understands an authentic delivery. Fields that are missing, unknown or of another kind than
  /// expected make it tell less, never fail.
  ///
  /// @throws UnreadableDelivery if the body is no JSON object, or nested too deep
  GitDelivery read(Posted posted);
}
