package dev.build0711.runner.standalone.http;

import com.google.cloud.functions.HttpFunction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// Serves one function on one address. Every request has a virtual thread of its own.
public final class HttpServer implements AutoCloseable {

  /// How long a connection may say nothing.
  private static final Duration IDLE = Duration.ofSeconds(30);

  /// How long requests that have begun may take to end.
  private static final Duration DRAIN = Duration.ofSeconds(8);

  private static final int MAX_HEADERS = 16 * 1024;
  private static final int MAX_WAITING = 1024;

  // for Jetty's own work; requests have virtual threads
  private static final int MAX_THREADS = 16;
  private static final int MIN_THREADS = 2;

  private final Server server;
  private final ServerConnector connector;

  private HttpServer(Server server, ServerConnector connector) {
    this.server = server;
    this.connector = connector;
  }

  /// Starts to serve; connections are taken as soon as this returns.
  ///
  /// @param host the address to listen at, `0.0.0.0` for all
  /// @param port 0 for any that is free
  /// @param refusal answers for requests that cannot be read
  /// @throws IllegalStateException if the address cannot be had
  public static HttpServer start(String host, int port, HttpFunction function, Refusal refusal) {
    var server = new Server(threads());
    var connector = new ServerConnector(server, new HttpConnectionFactory(configuration()));
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE.toMillis());
    connector.setAcceptQueueSize(MAX_WAITING);
    server.addConnector(connector);
    server.setHandler(new GracefulHandler(new FunctionHandler(function)));
    server.setErrorHandler(new RefusalHandler(refusal));
    server.setStopTimeout(DRAIN.toMillis());
    try {
      server.start();
    } catch (Exception e) { // Jetty's own declaration
      LifeCycle.stop(server);
      throw unavailable(host, port, e);
    }
    return new HttpServer(server, connector);
  }

  /// Finds out whether a server could listen at the address now, before anything is made for it.
  ///
  /// @throws IllegalStateException if the address cannot be had
  public static void check(String host, int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      throw unavailable(host, port, e);
    }
  }

  private static IllegalStateException unavailable(String host, int port, Exception why) {
    return new IllegalStateException("the runner cannot serve at " + host + ":" + port, why);
  }

  /// The address as this machine can call it.
  public URI uri() {
    return uri(connector.getHost(), connector.getLocalPort());
  }

  /// The address at which this machine can call a server of that host and port.
  public static URI uri(String host, int port) {
    String named =
        switch (host) {
          case "0.0.0.0", "::", "127.0.0.1" -> "localhost";
          default -> host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        };
    return URI.create("http://" + named + ":" + port);
  }

  /// Takes no new connections, lets requests end that have begun, for at most eight seconds.
  @Override
  public void close() {
    LifeCycle.stop(server);
  }

  private static QueuedThreadPool threads() {
    var threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS);
    threads.setName("http");
    threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
    return threads;
  }

  private static HttpConfiguration configuration() {
    var configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setRequestHeaderSize(MAX_HEADERS);
    configuration.setUriCompliance(UriCompliance.DEFAULT);
    return configuration;
  }
}
