package dev.build0711.runner.simulator.legacy;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// How a simulated V0 app server is to be.
///
/// @param release which one it says to be
/// @param traits how it differs from one as it comes that has been set up
/// @param maxConversations how many conversations have a runtime before one of them loses it
/// @param startup how long a runtime takes to start, when a cue does not say
/// @param idle how long a runtime is kept whose agent does not work
public record LegacyOptions(
    Release release, Set<Trait> traits, int maxConversations, Duration startup, Duration idle) {

  public LegacyOptions {
    traits = Set.copyOf(traits);
  }

  /// The releases that are known.
  public enum Release {
    V0_62("0.62.0"),
    /// The last one with V0.
    V1_6("1.6.0");

    private final String version;

    Release(String version) {
      this.version = version;
    }

    /// As `/openapi.json` has it.
    public String version() {
      return version;
    }
  }

  /// How a server may differ from the usual.
  public enum Trait {
    /// Callers may choose the `conversation_id` (`ALLOW_SET_CONVERSATION_ID`).
    CHOSEN_IDS,
    /// No settings have been stored yet.
    NO_SETTINGS,
    /// It has no token of the git host.
    NO_GIT_TOKEN,
    /// It serves web pages, which then answer any unknown `GET`.
    WEB_PAGES,
    /// It delays more than 10 requests a second and refuses more than 20, as the real one does.
    RATE_LIMIT
  }

  /// A 0.62.0 that has been set up, whose runtimes start within three seconds, and that counts no
  /// requests.
  public static LegacyOptions defaults() {
    return new LegacyOptions(
        Release.V0_62, Set.of(), 3, Duration.ofSeconds(3), Duration.ofHours(1));
  }

  /// Whether the server differs in this.
  boolean has(Trait trait) {
    return traits.contains(trait);
  }

  public LegacyOptions with(Trait... more) {
    Set<Trait> all = new HashSet<>(traits);
    all.addAll(List.of(more));
    return new LegacyOptions(release, all, maxConversations, startup, idle);
  }

  public LegacyOptions withRelease(Release release) {
    return new LegacyOptions(release, traits, maxConversations, startup, idle);
  }

  public LegacyOptions withMaxConversations(int most) {
    return new LegacyOptions(release, traits, most, startup, idle);
  }

  public LegacyOptions withStartup(Duration startup) {
    return new LegacyOptions(release, traits, maxConversations, startup, idle);
  }
}
