package dev.build0711.runner.app;

/// The version of this product.
public final class Version {

  private static final String UNPACKED = "development";

  private Version() {}

  /// As the jar says it; `development` for classes that lie in no jar.
  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? UNPACKED : version;
  }
}
