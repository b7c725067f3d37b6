package dev.build0711.runner.app;

import dev.build0711.runner.run.Run;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is asked of git hosts beside the looks at agents.
public interface LookUps {

  /// Where no git host can be asked.
  LookUps NONE =
      new LookUps() {
        @Override
        public @Nullable Instant noLater(@Nullable Instant next, Run run, Instant now) {
          return next;
        }

        @Override
        public void after(List<Looked> looks) {
          // nothing to ask
        }

        @Override
        public void beforeVerdict(Run run, Instant now) {
          // nothing to ask
        }
      };

  /// A look that has been stored.
  ///
  /// @param before the run as the look found it
  /// @param after the run as it is now
  record Looked(Run before, Run after, Instant now) {}

  /// The time of the next look, no later than the next look-up where the agent needs no look.
  ///
  /// @param next when the agent is to be looked at, null for never
  @Nullable Instant noLater(@Nullable Instant next, Run run, Instant now);

  /// Looks up what is due after these looks.
  void after(List<Looked> looks);

  /// Looks up the pull requests of a run that fails for want of one unless one is found now.
  void beforeVerdict(Run run, Instant now);
}
