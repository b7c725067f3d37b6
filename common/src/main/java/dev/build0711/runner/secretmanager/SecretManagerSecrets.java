package dev.build0711.runner.secretmanager;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.retrying.RetrySettings;
import com.google.api.gax.rpc.ApiException;
import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import com.google.cloud.secretmanager.v1.SecretManagerServiceSettings;
import com.google.cloud.secretmanager.v1.SecretPayload;
import dev.build0711.runner.port.Secrets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads secrets from Secret Manager, each time anew, within five seconds.
public final class SecretManagerSecrets implements Secrets, AutoCloseable {

  private static final Duration TOTAL = Duration.ofSeconds(5);
  private static final RetrySettings PATIENCE =
      RetrySettings.newBuilder()
          .setInitialRetryDelayDuration(Duration.ofMillis(200))
          .setRetryDelayMultiplier(2)
          .setMaxRetryDelayDuration(Duration.ofSeconds(1))
          .setInitialRpcTimeoutDuration(Duration.ofSeconds(2))
          .setRpcTimeoutMultiplier(1)
          .setMaxRpcTimeoutDuration(Duration.ofSeconds(2))
          .setTotalTimeoutDuration(TOTAL)
          .setMaxAttempts(3)
          .build();

  private final SecretManagerServiceClient client;

  private SecretManagerSecrets(SecretManagerServiceClient client) {
    this.client = client;
  }

  /// Connects as the service account of the platform.
  ///
  /// @param endpoint another service that speaks the same, asked without credentials; null for
  ///   Google's own
  /// @throws UncheckedIOException if this machine has no credentials
  public static SecretManagerSecrets open(@Nullable URI endpoint) {
    try {
      SecretManagerServiceSettings.Builder settings =
          SecretManagerServiceSettings.newHttpJsonBuilder();
      settings.accessSecretVersionSettings().setRetrySettings(PATIENCE);
      if (endpoint != null) {
        settings.setEndpoint(endpoint.toString());
        settings.setCredentialsProvider(NoCredentialsProvider.create());
      }
      return new SecretManagerSecrets(SecretManagerServiceClient.create(settings.build()));
    } catch (IOException e) {
      throw new UncheckedIOException("no client for Secret Manager", e);
    }
  }

  @Override
  public String read(String name) {
    SecretPayload payload;
    try {
      payload = client.accessSecretVersion(name).getPayload();
    } catch (ApiException e) {
      throw new SecretUnavailable(
          "Secret Manager answered " + e.getStatusCode().getCode() + " for " + name, e);
    }
    if (payload.hasDataCrc32C() && payload.getDataCrc32C() != checksum(payload)) {
      throw new SecretUnavailable(
          name + " was damaged on the way", new IOException("the checksum is another"));
    }
    return payload.getData().toStringUtf8();
  }

  @Override
  public void close() {
    client.close();
  }

  private static long checksum(SecretPayload payload) {
    CRC32C checksum = new CRC32C();
    checksum.update(payload.getData().asReadOnlyByteBuffer());
    return checksum.getValue();
  }
}
