package dev.build0711.runner.simulator.scenario;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The shell that commands outside of conversations are sent to. Nothing is executed: a `git clone`
/// succeeds after a moment, or fails when its repository's name contains `no-such`, and everything
/// else succeeds at once and says nothing.
public final class Shell {

  private static final int MOST_COMMANDS = 5000;
  private static final UUID OWNER = new UUID(0, 0);
  private static final Pattern CLONE =
      Pattern.compile("\\bgit\\b[^\\n]*\\sclone\\s[^\\n]*?(https?://[^\\s'\"@]+)");
  private static final Pattern PATH = Pattern.compile("(?<![\\w:/.@-])/[^\\s'\";&|)]+");

  private final InstantSource clock;
  private final Ids ids;
  private final Duration cloneTime;
  private final Map<UUID, Ran> commands = new LinkedHashMap<>();
  private final Map<String, String> clones = new LinkedHashMap<>();
  private int count;

  Shell(InstantSource clock, Ids ids, Duration cloneTime) {
    this.clock = clock;
    this.ids = ids;
    this.cloneTime = cloneTime;
  }

  /// A command and its outcome, which is there from `endsAt` on.
  public record Ran(
      UUID id,
      UUID outcomeId,
      String line,
      @Nullable String cwd,
      int timeoutSeconds,
      Instant startedAt,
      Instant endsAt,
      int exitCode,
      @Nullable String stdout,
      @Nullable String stderr) {}

  /// Takes a command.
  public synchronized Ran run(String line, @Nullable String cwd, int timeoutSeconds) {
    Matcher url = CLONE.matcher(line);
    boolean clone = url.find();
    boolean fails = clone && url.group(1).contains("no-such");
    Instant now = clock.instant();
    if (clone && !fails) {
      remember(line, url.group(1).replaceFirst("(\\.git)?/?$", ""));
    }
    Ran ran =
        new Ran(
            ids.of(OWNER, count++),
            ids.of(OWNER, count++),
            line,
            cwd,
            timeoutSeconds,
            now,
            clone ? now.plus(cloneTime) : now,
            fails ? 128 : 0,
            null,
            fails ? "fatal: repository not found\n" : null);
    commands.put(ran.id(), ran);
    trim(commands);
    return ran;
  }

  /// The newest commands, oldest first.
  public synchronized List<Ran> ran() {
    return new ArrayList<>(commands.values());
  }

  /// Where `folder`, or a folder above it, was cloned from: the page of the repository.
  public synchronized Optional<String> origin(String folder) {
    return clones.entrySet().stream()
        .filter(clone -> folder.equals(clone.getKey()) || folder.startsWith(clone.getKey() + "/"))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /// Forgets all commands and tells how many events that were.
  public synchronized int clear() {
    int cleared = 2 * commands.size();
    commands.clear();
    return cleared;
  }

  private void remember(String line, String page) {
    for (Matcher path = PATH.matcher(line); path.find(); ) {
      clones.put(path.group(), page);
    }
    trim(clones);
  }

  private static <K, V> void trim(Map<K, V> map) {
    while (map.size() > MOST_COMMANDS) {
      map.remove(map.keySet().iterator().next());
    }
  }
}
