package dev.build0711.runner.standalone.faults;

import dev.build0711.runner.testing.PostgresExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;

/// Some lanes, and work that is shared out between them.
final class Lanes implements AutoCloseable {

  private final List<Lane> all = new ArrayList<>();

  Lanes(PostgresExtension postgres, int number, Path folder) throws IOException {
    for (int i = 0; i < number; i++) {
      all.add(new Lane(postgres, i, folder));
    }
  }

  List<Lane> all() {
    return all;
  }

  @FunctionalInterface
  interface Work<T> {
    void in(Lane lane, T job) throws Exception;
  }

  /// Does as many jobs as there are lanes at most, the first in the first lane and so on, all at
  /// once.
  ///
  /// @return what went wrong, each with the job it went wrong with
  <T> List<String> distinct(List<T> jobs, Work<T> work) throws InterruptedException {
    var wrong = new ConcurrentLinkedQueue<String>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < jobs.size(); i++) {
      Lane lane = all.get(i);
      T job = jobs.get(i);
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  work.in(lane, job);
                } catch (Exception | AssertionError e) {
                  wrong.add(told(job, e));
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return List.copyOf(wrong);
  }

  /// Does some jobs, each in an empty lane.
  ///
  /// @return what went wrong, each with the job it went wrong with
  <T> List<String> each(List<T> jobs, Work<T> work) throws InterruptedException {
    BlockingQueue<Lane> free = new LinkedBlockingQueue<>(all);
    var wrong = new ConcurrentLinkedQueue<String>();
    try (ExecutorService threads = Executors.newFixedThreadPool(all.size())) {
      List<Future<?>> running = new ArrayList<>();
      for (T job : jobs) {
        running.add(
            threads.submit(() -> {
              Lane lane = free.take();
              try {
                lane.reset();
                work.in(lane, job);
              } catch (Exception | AssertionError e) {
                wrong.add(told(job, e));
              } finally {
                free.add(lane);
              }
              return null;
            }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
    return List.copyOf(wrong);
  }

  /// The job and what went wrong with it.
  static String told(Object job, Throwable e) {
    StringBuilder told = new StringBuilder().append(job).append(": ").append(e);
    for (StackTraceElement at : e.getStackTrace()) {
      if (at.getClassName().startsWith("dev.build0711.")) {
        told.append("\n    at ").append(at);
      }
    }
    return told.toString();
  }

  @Override
  public void close() {
    all.forEach(Lane::close);
  }
}
