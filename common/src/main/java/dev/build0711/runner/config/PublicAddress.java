package dev.build0711.runner.config;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/// Tells addresses of the public Internet from those of this machine and of private networks,
/// without asking a name server.
final class PublicAddress {

  private static final List<String> PRIVATE_NAMES =
      List.of(".localhost", ".local", ".internal", ".lan", ".home.arpa", ".svc", ".test");

  private PublicAddress() {}

  /// Whether `host`, as a URI has it, is or may be a public address. A name of one part is taken
  /// for a neighbour's, as in Docker Compose and Kubernetes.
  static boolean is(String host) {
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    try {
      return isPublic(InetAddress.ofLiteral(bare));
    } catch (IllegalArgumentException e) {
      String name = bare.toLowerCase(Locale.ROOT);
      return name.contains(".") && PRIVATE_NAMES.stream().noneMatch(name::endsWith);
    }
  }

  /// Whether `host` is this machine and nobody else can reach it.
  static boolean isLoopback(String host) {
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return host.equals("localhost");
    }
  }

  private static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
    boolean sharedByCarrier = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
    return !address.isLoopbackAddress()
        && !address.isSiteLocalAddress()
        && !address.isLinkLocalAddress()
        && !address.isAnyLocalAddress()
        && !uniqueLocal
        && !sharedByCarrier;
  }
}
