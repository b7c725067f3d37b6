package dev.build0711.runner.app;

import dev.build0711.runner.log.RequestContext;
import dev.build0711.runner.port.FailedLooks;
import dev.build0711.runner.run.RunId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;

/// Sets the runs aside at which the runner failed too often, and puts them back when it is told to.
/// Safe to run twice at once and as often as one likes.
///
/// Every method throws [dev.build0711.runner.port.StorageUnavailable] when the store cannot be used
/// now.
public final class SetAside {

  private static final int BATCH = 100;
  private static final Logger LOG = System.getLogger(SetAside.class.getName());

  private final FailedLooks failedLooks;

  public SetAside(FailedLooks failedLooks) {
    this.failedLooks = failedLooks;
  }

  /// Sets aside what was tried too often.
  ///
  /// @return how many runs were set aside now
  public int apply() {
    List<FailedLooks.Failure> aside = failedLooks.setAside(BATCH);
    aside.forEach(SetAside::tell);
    return aside.size();
  }

  private static void tell(FailedLooks.Failure one) {
    RequestContext.about(
        one.id().toString(),
        () ->
            LOG.log(
                Level.ERROR,
                "run set aside after " + one.looks() + " failed looks; requeue puts it back"));
  }

  /// The runs that are set aside, those first that have been longest, at most `limit`.
  public List<FailedLooks.Failure> list(int limit) {
    return failedLooks.list(limit);
  }

  /// Has a run looked at again.
  ///
  /// @return whether it was set aside
  public boolean requeue(RunId id) {
    return failedLooks.requeue(id);
  }
}
