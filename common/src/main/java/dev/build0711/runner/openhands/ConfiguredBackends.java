package dev.build0711.runner.openhands;

import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.Backends;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The backends of the configuration. New runs go to those that take any, by weight.
public final class ConfiguredBackends implements Backends {

  private final List<Configured> backends;
  private final RandomGenerator random;

  /// @throws IllegalArgumentException if two have the same name
  public ConfiguredBackends(List<Configured> backends, RandomGenerator random) {
    this.backends = List.copyOf(backends);
    this.random = random;
    if (this.backends.stream().map(Configured::name).distinct().count() < backends.size()) {
      throw new IllegalArgumentException("two backends have the same name");
    }
  }

  @Override
  public Optional<AgentBackend> choose() {
    List<Configured> open = backends.stream().filter(Configured::open).toList();
    long total = open.stream().mapToLong(Configured::weight).sum();
    if (total == 0) {
      return Optional.empty();
    }
    long place = random.nextLong(total);
    for (Configured one : open) {
      place -= one.weight();
      if (place < 0) {
        return Optional.of(one.backend());
      }
    }
    throw new IllegalStateException("the place lies below the sum of the weights");
  }

  @Override
  public Optional<AgentBackend> named(String name) {
    return all().stream().filter(backend -> backend.name().equals(name)).findFirst();
  }

  @Override
  public List<AgentBackend> all() {
    return backends.stream().map(Configured::backend).toList();
  }

  /// One backend and how new runs are dealt to it.
  ///
  /// @param weight its share of the new runs, at least 1
  /// @param max how many runs it may have at once, 0 for none, null for no limit
  /// @param drain whether it only ends the runs that it has
  public record Configured(AgentBackend backend, int weight, @Nullable Integer max, boolean drain) {

    public Configured {
      if (weight < 1) {
        throw new IllegalArgumentException("weight must be at least 1, not " + weight);
      }
      if (max != null && max < 0) {
        throw new IllegalArgumentException("max must be at least 0, not " + max);
      }
    }

    private String name() {
      return backend.name();
    }

    private boolean open() {
      return !drain && (max == null || max > 0);
    }
  }
}
