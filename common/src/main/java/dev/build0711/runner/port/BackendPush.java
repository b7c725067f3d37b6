package dev.build0711.runner.port;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One kind of backend, as the sender of webhooks. What it sends is believed to be worth a look,
/// and nothing else of it is.
public interface BackendPush {

  /// Whether a secret is configured; without one nothing is authentic.
  boolean configured();

  /// Whether whoever sent these headers has the secret. Reads no body.
  boolean authentic(Posted posted);

  /// The conversation of which there may be news, in lower case and without dashes; empty where
  /// nothing in the delivery is worth a look.
  ///
  /// @param conversationId of a batch of events, null where the body is the conversation itself
  /// @throws UnreadableDelivery if the body is not the JSON that it has to be, or nested too deep
  Optional<String> news(Posted posted, @Nullable String conversationId);
}
