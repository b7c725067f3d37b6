package dev.build0711.runner.openhands;

import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.Backends;
import java.util.List;
import java.util.Optional;

/// The backends of the configuration.
public final class ConfiguredBackends implements Backends {

  private final List<Configured> backends;

  /// @throws IllegalArgumentException if two have the same name
  public ConfiguredBackends(List<Configured> backends) {
    this.backends = List.copyOf(backends);
    if (terms().stream().map(Terms::name).distinct().count() < backends.size()) {
      throw new IllegalArgumentException("two backends have the same name");
    }
  }

  @Override
  public Optional<AgentBackend> named(String name) {
    return all().stream().filter(backend -> backend.name().equals(name)).findFirst();
  }

  @Override
  public List<AgentBackend> all() {
    return backends.stream().map(Configured::backend).toList();
  }

  @Override
  public List<Terms> terms() {
    return backends.stream().map(Configured::terms).toList();
  }

  /// One backend, and on what terms it takes new runs.
  public record Configured(AgentBackend backend, Terms terms) {

    public Configured {
      if (!terms.name().equals(backend.name())) {
        throw new IllegalArgumentException(
            terms.name() + " are not the terms of " + backend.name());
      }
    }
  }
}
