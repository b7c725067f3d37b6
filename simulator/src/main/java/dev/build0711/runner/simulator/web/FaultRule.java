package dev.build0711.runner.simulator.web;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// Which requests a fault meets.
final class FaultRule {

  private final String name;
  private final Pattern method;
  private final Pattern path;
  private final double probability;
  private final int times;
  private final int after;
  private final Fault fault;
  private final AtomicInteger matched = new AtomicInteger();
  private final AtomicInteger fired = new AtomicInteger();

  /// @param method what the whole method must match
  /// @param path what the whole decoded path must match
  /// @param probability how likely it is that a request that matches is met, from 0 to 1
  /// @param times how many requests are met at most
  /// @param after how many requests that match are let through first
  FaultRule(
      String name,
      Pattern method,
      Pattern path,
      double probability,
      int times,
      int after,
      Fault fault) {
    this.name = name;
    this.method = method;
    this.path = path;
    this.probability = probability;
    this.times = times;
    this.after = after;
    this.fault = fault;
  }

  String name() {
    return name;
  }

  Fault fault() {
    return fault;
  }

  /// How many requests have matched.
  int matched() {
    return matched.get();
  }

  /// How many requests were met.
  int fired() {
    return fired.get();
  }

  /// Whether this request is met, which is counted.
  boolean meets(Request request, RandomGenerator random) {
    if (!method.matcher(request.method()).matches() || !path.matcher(request.path()).matches()) {
      return false;
    }
    if (matched.incrementAndGet() <= after || random.nextDouble() >= probability) {
      return false;
    }
    return fired.getAndUpdate(n -> Math.min(n + 1, times)) < times;
  }
}
