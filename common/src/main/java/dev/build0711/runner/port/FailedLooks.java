package dev.build0711.runner.port;

import dev.build0711.runner.port.RunStore.Claim;
import dev.build0711.runner.port.RunStore.Wake;
import dev.build0711.runner.run.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Looks that came to nothing because of the runner itself: it met a mistake of its own, could not
/// read the run, or died. After [#MOST] of them in a row a run is set aside, so that it is not
/// tried for ever; whatever else was stored by a look begins the count anew.
///
/// Every method throws [StorageUnavailable] when the store cannot be used now.
public interface FailedLooks {

  /// How many looks in a row may come to nothing. Nobody can claim the run after that.
  int MOST = 20;

  /// The longest text that says why.
  int MAX_WHY = 300;

  /// Ends the lease of a look that came to nothing. The run is looked at again after a pause that
  /// doubles up to five minutes.
  ///
  /// @param why what was met, safe to show; cut to [#MAX_WHY] characters
  /// @return the next look; empty where somebody else has claimed the run since
  Optional<Wake> failed(Claim claim, String why);

  /// Sets the runs aside that were tried too often. They stay as they are, but for their reason,
  /// and are not looked at any more.
  ///
  /// @return those that were set aside now, at most `limit`
  List<Failure> setAside(int limit);

  /// The runs that are set aside, those first that have been longest, at most `limit`.
  List<Failure> list(int limit);

  /// Has a run that was set aside looked at again, at once.
  ///
  /// @return whether it was set aside
  boolean requeue(RunId id);

  /// A run that is set aside.
  ///
  /// @param looks how many looks in a row came to nothing
  /// @param why what the last of them met, null where it never got to say so
  record Failure(RunId id, int looks, @Nullable String why, Instant since) {}
}
