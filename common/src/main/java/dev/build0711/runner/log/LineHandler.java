package dev.build0711.runner.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

/// Writes each entry as one line in one piece, so that the lines of several threads do not mix.
final class LineHandler extends Handler {

  private final OutputStream out;
  private final LineFormat format;

  LineHandler(OutputStream out, LineFormat format) {
    this.out = out;
    this.format = format;
  }

  @Override
  public void publish(LogRecord logged) {
    if (!isLoggable(logged)) {
      return;
    }
    try {
      write((format.line(LogEntry.of(logged)) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (RuntimeException | IOException e) {
      reportError("a log line could not be written", null, ErrorManager.WRITE_FAILURE);
    }
  }

  private synchronized void write(byte[] line) throws IOException {
    out.write(line);
    out.flush();
  }

  @Override
  public void flush() {
    // every line is flushed as it is written
  }

  @Override
  public void close() {
    // standard output stays open
  }
}
