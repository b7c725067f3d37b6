package dev.build0711.runner.maintain;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.build0711.runner.app.Admit;
import dev.build0711.runner.app.AskForTicks;
import dev.build0711.runner.app.SetAside;
import dev.build0711.runner.app.Sweep;
import dev.build0711.runner.app.TendDeliveries;
import dev.build0711.runner.config.Need;
import dev.build0711.runner.http.Edge;
import dev.build0711.runner.http.Endpoint;
import dev.build0711.runner.http.Reply;
import dev.build0711.runner.http.Route;
import dev.build0711.runner.port.WakeUps;
import dev.build0711.runner.wiring.Wiring;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Entry point for `POST /tasks/maintain`, for the scheduler alone: wakes the runs whose wake-up
/// was lost, sets runs aside at which it failed too often, gives free places away, has every
/// backend tended, and tries deliveries of git hosts again that have found no run. Answers
/// `{"woken":3,"set_aside":0,"admitted":0,"linked":0}`, or an error when any of it failed, which
/// keeps nothing else from being done. May be called as often as one likes, also twice at once.
public final class MaintainFunction implements HttpFunction {

  private final Endpoint endpoint;

  /// For the platform, which can only call this one.
  public MaintainFunction() {
    this(Wiring.fromEnvironment(Need.DATABASE, Need.QUEUE, Need.OPENHANDS));
  }

  private MaintainFunction(Wiring wiring) {
    this(wiring.edge(), wiring, wiring.wakeUps());
  }

  private MaintainFunction(Edge edge, Wiring wiring, WakeUps wakeUps) {
    this(
        edge,
        wiring.sweep(wakeUps),
        wiring.setAside(),
        wiring.admit(wakeUps),
        wiring.askForTicks(wakeUps),
        wiring.tendDeliveries(wakeUps));
  }

  MaintainFunction(
      Edge edge,
      Sweep sweep,
      SetAside setAside,
      Admit admit,
      AskForTicks askForTicks,
      TendDeliveries tendDeliveries) {
    this.endpoint =
        Endpoint.ofFunction(
            edge,
            Map.of(
                Route.MAINTAIN,
                _ -> maintain(sweep, setAside, admit, askForTicks, tendDeliveries)));
  }

  private static Reply maintain(
      Sweep sweep,
      SetAside setAside,
      Admit admit,
      AskForTicks askForTicks,
      TendDeliveries tendDeliveries) {
    var duties = new Duties();
    int woken = duties.done(sweep::apply);
    int aside = duties.done(setAside::apply);
    int admitted = duties.done(admit::apply);
    int linked = duties.done(tendDeliveries::apply);
    duties.done(() -> {
      askForTicks.apply();
      return 0;
    });
    duties.answerForFailed();
    return Reply.json(
        200,
        json ->
            json.object(() -> {
              json.number("woken", woken);
              json.number("set_aside", aside);
              json.number("admitted", admitted);
              json.number("linked", linked);
            }));
  }

  /// Does one thing after the other, whatever becomes of those before it.
  private static final class Duties {

    private @Nullable RuntimeException failed;

    int done(IntSupplier duty) {
      try {
        return duty.getAsInt();
      } catch (RuntimeException e) {
        if (failed == null) {
          failed = e;
        } else {
          failed.addSuppressed(e);
        }
        return 0;
      }
    }

    void answerForFailed() {
      if (failed != null) {
        throw failed;
      }
    }
  }

  @Override
  public void service(HttpRequest request, HttpResponse response) {
    endpoint.service(request, response);
  }
}
