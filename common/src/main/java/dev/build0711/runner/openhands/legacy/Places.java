package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.openhands.Asked;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import java.util.concurrent.atomic.AtomicInteger;

/// Whether a server has room for one more conversation. It would take it in any case, and stop the
/// oldest one for it, which may be somebody else's. A conversation keeps its place when its agent
/// has finished.
final class Places {

  private final ConversationList list;
  private final int most;

  Places(ConversationList list, int most) {
    this.list = list;
    this.most = most;
  }

  Asked<Boolean> free(Deadline deadline) {
    AtomicInteger taken = new AtomicInteger();
    Asked<Boolean> read =
        list.read(null, info -> taken.addAndGet(info.takesPlace() ? 1 : 0) < most, deadline);
    return switch (read) {
      case Silent<Boolean> silent -> silent;
      case Got<Boolean> _ -> new Got<>(taken.get() < most);
    };
  }
}
