package dev.build0711.runner.exchange;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/// Reads a body up to a number of bytes; of a longer one only its beginning.
final class CappedBody implements BodySubscriber<CappedBody.Read> {

  private final int cap;
  private final ByteArrayOutputStream read = new ByteArrayOutputStream();
  private final CompletableFuture<Read> body = new CompletableFuture<>();
  private @Nullable Subscription subscription;

  CappedBody(int cap) {
    this.cap = cap;
  }

  /// What was read.
  ///
  /// @param whole whether that is all there was
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Read(byte[] bytes, boolean whole) {}

  @Override
  public CompletionStage<Read> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Subscription given) {
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      int room = cap - read.size();
      byte[] bytes = new byte[Math.min(room, buffer.remaining())];
      buffer.get(bytes);
      read.writeBytes(bytes);
      if (buffer.hasRemaining()) {
        giveUp();
        return;
      }
    }
  }

  private void giveUp() {
    if (subscription != null) {
      subscription.cancel();
    }
    body.complete(new Read(read.toByteArray(), false));
  }

  @Override
  public void onError(Throwable failure) {
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    body.complete(new Read(read.toByteArray(), true));
  }
}
