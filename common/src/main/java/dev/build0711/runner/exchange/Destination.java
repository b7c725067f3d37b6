package dev.build0711.runner.exchange;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/// Where an exchange goes. Clouds hand their machines credentials at link-local addresses, so that
/// a server's name that leads there is a trap; private networks and this machine are where people
/// have their servers.
final class Destination {

  /// Metadata services that do not have a link-local address: Google's and Amazon's over IPv6,
  /// Azure's wire server, Alibaba's and Oracle's.
  private static final List<InetAddress> METADATA =
      Stream.of("fd20:ce::254", "fd00:ec2::254", "168.63.129.16", "100.100.100.200", "192.0.0.192")
          .map(InetAddress::ofLiteral)
          .toList();

  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  private Destination() {}

  /// Completes when `host` has only addresses that may be asked, else with a [ConnectException].
  /// Looking a name up may take long, so it is done on a thread of its own.
  static CompletableFuture<Void> checked(String host) {
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    try {
      return allowed(InetAddress.ofLiteral(bare))
          ? CompletableFuture.completedFuture(null)
          : CompletableFuture.failedFuture(forbidden());
    } catch (IllegalArgumentException e) {
      return CompletableFuture.runAsync(() -> resolve(bare), THREADS);
    }
  }

  private static void resolve(String name) {
    try {
      for (InetAddress address : InetAddress.getAllByName(name)) {
        if (!allowed(address)) {
          throw new CompletionException(forbidden());
        }
      }
    } catch (UnknownHostException e) {
      throw new CompletionException(new ConnectException("no such host"));
    }
  }

  static boolean allowed(InetAddress address) {
    return !address.isLinkLocalAddress()
        && !address.isAnyLocalAddress()
        && !address.isMulticastAddress()
        && !METADATA.contains(address);
  }

  private static ConnectException forbidden() {
    return new ConnectException("no server of ours has such an address");
  }
}
