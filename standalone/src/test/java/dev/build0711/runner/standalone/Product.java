package dev.build0711.runner.standalone;

import java.net.URI;

/// The product under test, however it is deployed.
interface Product extends AutoCloseable {

  /// Where a request is served.
  URI at(String method, String path);

  @Override
  void close();
}
