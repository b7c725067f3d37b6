package dev.build0711.runner.standalone;

import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;

/// The product under test, however it is deployed.
interface Product extends AutoCloseable {

  /// One process that serves everything.
  static Product of(StandaloneServer server) {
    return new Product() {
      @Override
      public URI at(String method, String path) {
        return server.uri().resolve(path);
      }

      @Override
      public void close() {
        server.close();
      }
    };
  }

  /// Where a request is served.
  URI at(String method, String path);

  /// By which way its users come to it.
  default ProxySelector way() {
    return HttpClient.Builder.NO_PROXY;
  }

  @Override
  void close();
}
