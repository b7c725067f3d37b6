package dev.build0711.runner.gcs;

import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.NoCredentials;
import com.google.cloud.http.HttpTransportOptions;
import com.google.cloud.storage.Blob;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobListOption;
import com.google.cloud.storage.Storage.BlobTargetOption;
import com.google.cloud.storage.StorageException;
import com.google.cloud.storage.StorageOptions;
import dev.build0711.runner.port.Blobs;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.RunId;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Objects of a bucket, `PREFIX/run_…/KEY`, each call within ten seconds. Objects are only ever
/// made, never written over, so that a repeated call is as good as one.
public final class GcsBlobs implements Blobs {

  private static final String PLAIN_BYTES = "application/octet-stream";
  private static final RetrySettings PATIENCE =
      RetrySettings.newBuilder()
          .setInitialRetryDelayDuration(Duration.ofMillis(200))
          .setRetryDelayMultiplier(2)
          .setMaxRetryDelayDuration(Duration.ofSeconds(2))
          .setInitialRpcTimeoutDuration(Duration.ofSeconds(5))
          .setRpcTimeoutMultiplier(1)
          .setMaxRpcTimeoutDuration(Duration.ofSeconds(5))
          .setTotalTimeoutDuration(Duration.ofSeconds(10))
          .setMaxAttempts(4)
          .build();

  private final Bucket bucket;
  private final Supplier<Storage> connect;
  private @Nullable Storage client;

  private GcsBlobs(Bucket bucket, Supplier<Storage> connect) {
    this.bucket = bucket;
    this.connect = connect;
  }

  /// The objects of `bucket`, with the rights of the platform's service account. The client is made
  /// with the first call.
  public static GcsBlobs of(Bucket bucket) {
    return new GcsBlobs(bucket, () -> options().build().getService());
  }

  /// The same on another service that speaks the same, asked without credentials.
  public static GcsBlobs at(URI endpoint, Bucket bucket) {
    return new GcsBlobs(
        bucket,
        () ->
            options()
                .setHost(endpoint.toString())
                .setProjectId("none")
                .setCredentials(NoCredentials.getInstance())
                .build()
                .getService());
  }

  private static StorageOptions.Builder options() {
    return StorageOptions.http()
        .setRetrySettings(PATIENCE)
        .setTransportOptions(
            HttpTransportOptions.newBuilder()
                .setHttpTransportFactory(NetHttpTransport::new)
                .setConnectTimeout(Math.toIntExact(Duration.ofSeconds(3).toMillis()))
                .setReadTimeout(Math.toIntExact(Duration.ofSeconds(5).toMillis()))
                .build());
  }

  @Override
  public void put(RunId run, String key, byte[] bytes) {
    BlobInfo object =
        BlobInfo.newBuilder(bucket.name(), bucket.object(run, key))
            .setContentType(PLAIN_BYTES)
            .build();
    try {
      client().create(object, bytes, BlobTargetOption.doesNotExist());
    } catch (StorageException e) {
      if (e.getCode() != HttpURLConnection.HTTP_PRECON_FAILED) {
        throw unavailable(e);
      } // otherwise it is there already, under the digest of the same bytes
    }
  }

  @Override
  public byte[] get(RunId run, String key) {
    try {
      return client().readAllBytes(BlobId.of(bucket.name(), bucket.object(run, key)));
    } catch (StorageException e) {
      throw unavailable(e);
    }
  }

  @Override
  public void remove(RunId run) {
    try {
      for (Blob object :
          client().list(bucket.name(), BlobListOption.prefix(bucket.folder(run))).iterateAll()) {
        client().delete(object.getBlobId()); // gone already is as good
      }
    } catch (StorageException e) {
      throw unavailable(e);
    }
  }

  private synchronized Storage client() {
    if (client == null) {
      client = connect.get();
    }
    return client;
  }

  private static StorageUnavailable unavailable(StorageException cause) {
    return new StorageUnavailable("Cloud Storage answered " + cause.getCode(), cause);
  }
}
