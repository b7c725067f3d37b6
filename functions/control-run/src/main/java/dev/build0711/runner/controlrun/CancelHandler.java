package dev.build0711.runner.controlrun;

import dev.build0711.runner.api.ShortView;
import dev.build0711.runner.app.CancelRun;
import dev.build0711.runner.app.CancelRun.Cancellation;
import dev.build0711.runner.http.Call;
import dev.build0711.runner.http.Handler;
import dev.build0711.runner.http.Reply;

/// `POST /runs/{run_id}/cancel`: the run in short, which is being cancelled or has ended.
final class CancelHandler implements Handler {

  private final CancelRun cancelRun;

  CancelHandler(CancelRun cancelRun) {
    this.cancelRun = cancelRun;
  }

  @Override
  public Reply handle(Call call) {
    if (call.body().length > 0) {
      call.json().finish();
    }
    call.mistakes().check();
    Cancellation cancellation =
        cancelRun.cancel(call.runId(), call.caller().projects()).orElseThrow(Call::runNotFound);
    return Reply.json(cancellation.over() ? 200 : 202, new ShortView(cancellation.run().summary()));
  }
}
