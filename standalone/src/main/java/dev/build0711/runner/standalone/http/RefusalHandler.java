package dev.build0711.runner.standalone.http;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// Lets a [Refusal] say what Jetty would have said as a page. While it stops, Jetty answers itself.
final class RefusalHandler extends ErrorHandler {

  private final Refusal refusal;

  RefusalHandler(Refusal refusal) {
    this.refusal = refusal;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (response.getStatus() >= 500) {
      return super.handle(request, response, callback);
    }
    refusal.answer(response.getStatus(), new JettyResponse(response));
    callback.succeeded();
    return true;
  }
}
