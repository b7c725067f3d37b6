package dev.build0711.runner.port;

/// One delivery, understood.
///
/// @param source `github`, `gitlab`
/// @param key what the host calls the delivery, the same for every repetition of it
/// @param kind what the host calls the kind of event
/// @param bodySha256 the SHA-256 of the bytes as they came, in lower-case hex
public record GitDelivery(
    String source, String key, String kind, String bodySha256, GitEvent event) {}
