package dev.build0711.runner.openhands.agentserver;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Does several things at once that mostly wait for a backend.
final class InParallel {

  private InParallel() {}

  /// Does something for every number from 0 up to `count` and waits for all.
  ///
  /// @param atOnce how many at a time
  /// @param instead what counts for those that an interrupt of this thread has kept from ending
  static <T> List<T> each(int count, int atOnce, IntFunction<T> work, T instead) {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(Math.min(count, atOnce), Thread.ofVirtual().factory())) {
      List<Callable<T>> tasks =
          IntStream.range(0, count)
              .<Callable<T>>mapToObj(place -> () -> work.apply(place))
              .toList();
      return threads.invokeAll(tasks).stream().map(done -> outcome(done, instead)).toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Collections.nCopies(count, instead);
    }
  }

  private static <T> T outcome(Future<T> done, T instead) {
    return switch (done.state()) {
      case SUCCESS -> done.resultNow();
      case CANCELLED -> instead;
      case FAILED -> throw new IllegalStateException(done.exceptionNow());
      case RUNNING -> throw new IllegalStateException("invokeAll has waited for all");
    };
  }
}
