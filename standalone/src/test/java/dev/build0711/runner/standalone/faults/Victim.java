package dev.build0711.runner.standalone.faults;

import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.postgres.Database;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.standalone.faults.Watch.Side;
import dev.build0711.runner.testing.PostgresExtension;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A process that is to be killed. It makes the calls that it is told to, each in a lane of its
/// own, says when it has come to the point, and stands still there for ever.
final class Victim {

  private Victim() {}

  /// What it is told, in one line.
  ///
  /// @param ahead how far the lane's clock is ahead
  /// @param id the run, null where there is none yet
  record Order(
      int lane,
      String jdbcUrl,
      URI openHands,
      Path folder,
      Duration ahead,
      Point point,
      @Nullable RunId id) {

    String line() {
      return String.join(
          "\t",
          Integer.toString(lane),
          jdbcUrl,
          openHands.toString(),
          folder.toString(),
          ahead.toString(),
          point.stage().name(),
          Integer.toString(point.number()),
          point.call(),
          point.side().name(),
          id == null ? "" : id.toString());
    }

    static Order parse(String line) {
      String[] part = line.split("\t", -1);
      Point point =
          new Point(
              Stage.valueOf(part[5]), Integer.parseInt(part[6]), part[7], Side.valueOf(part[8]));
      return new Order(
          Integer.parseInt(part[0]),
          part[1],
          URI.create(part[2]),
          Path.of(part[3]),
          Duration.parse(part[4]),
          point,
          part[9].isEmpty() ? null : RunId.parse(part[9]));
    }
  }

  public static void main(String[] args) throws IOException {
    Exchanges exchanges = new Exchanges();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    say("ready");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Order order = Order.parse(line);
      Thread.ofPlatform().daemon().start(() -> obey(order, exchanges));
    }
  }

  @SuppressWarnings("CatchingUnchecked") // whatever it is, whoever gave the order has to know
  private static void obey(Order order, Exchanges exchanges) {
    try (Database database = Database.forCallers(PostgresExtension.settings(order.jdbcUrl(), 2))) {
      InstantSource time = () -> InstantSource.system().instant().plus(order.ahead());
      Watch watch = order.point().reached(() -> standStill(order.lane()));
      var around =
          new Ports.Surroundings(database.source(), order.openHands(), order.folder(), time);
      UseCases cases = new UseCases(Ports.over(around, exchanges, watch), time);
      order.point().stage().act(cases, order.id());
      say(order.lane() + " never came to " + order.point());
    } catch (Throwable e) {
      say(order.lane() + " failed at " + order.point() + ": " + e);
    }
  }

  private static void standStill(int lane) {
    say(lane + " is there");
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
