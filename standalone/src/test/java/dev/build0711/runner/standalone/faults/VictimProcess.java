package dev.build0711.runner.standalone.faults;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A [Victim] in a process of its own, and the hand that kills it.
final class VictimProcess implements AutoCloseable {

  private static final int SIGKILLED = 128 + 9;

  private final Process process;
  private final BufferedReader out;
  private final BufferedWriter in;

  private VictimProcess(Process process) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.in = process.outputWriter(StandardCharsets.UTF_8);
  }

  /// Begins to start one; what it logs goes to a file in `folder`.
  static VictimProcess start(Path folder) throws IOException {
    return new VictimProcess(
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Duser.timezone=Asia/Kathmandu",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Victim.class.getName()))
            .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("victims.log").toFile()))
            .start());
  }

  /// Has all orders obeyed, and kills the process when every one has come to its point.
  ///
  /// @return what went otherwise
  List<String> killedAt(List<Victim.Order> orders) throws IOException, InterruptedException {
    out.readLine(); // ready
    for (Victim.Order order : orders) {
      in.write(order.line());
      in.newLine();
    }
    in.flush();
    List<String> otherwise = new ArrayList<>();
    for (int said = 0; said < orders.size(); said++) {
      String line = out.readLine();
      if (line == null) {
        otherwise.add("the victim has ended by itself");
        break;
      }
      if (!line.endsWith(" is there")) {
        otherwise.add(line);
      }
    }
    close();
    if (process.waitFor() != SIGKILLED) {
      otherwise.add("the victim was not killed");
    }
    return otherwise;
  }

  /// `kill -9`.
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
