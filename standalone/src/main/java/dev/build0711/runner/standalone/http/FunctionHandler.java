package dev.build0711.runner.standalone.http;

import com.google.cloud.functions.HttpFunction;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Hands each request to a function and completes it when the function is done.
final class FunctionHandler extends Handler.Abstract {

  private final HttpFunction function;

  FunctionHandler(HttpFunction function) {
    this.function = function;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    function.service(new JettyRequest(request), new JettyResponse(response));
    callback.succeeded();
    return true;
  }
}
