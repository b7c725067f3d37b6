package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.postgres.Migrations;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.standalone.OutageLocks.Alone;
import dev.build0711.runner.testing.PostgresExtension;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The functions, deployed as Terraform says, keep the promises of the product, whatever the queue
/// does, with no more rights in the database than they have on Cloud SQL; and nobody comes to them
/// by another way than Terraform opens.
class FunctionsEndToEndIT extends EndToEndContract<DeployedFunctions> {

  @TempDir static Path folder;

  @Override
  DeployedFunctions start(Surroundings around) throws Exception {
    around.logInAsFunction();
    new Migrations(around.source()).up(null);
    return new DeployedFunctions(around, folder);
  }

  @Test
  void functionsForTasksAnswerOnlyTheQueueAndTheScheduler() throws Exception {
    for (DeployedFunction function : DeployedFunctions.all()) {
      assertThat(product().strange(function.uri().resolve("/tasks/" + function.name())))
          .as("past the load balancer to %s", function.name())
          .isEqualTo(404);
    }
    for (String path : List.of("/tasks/poll-run", "/tasks/maintain")) {
      assertThat(user().post(path, "{}").statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void aTokenForAnotherFunctionOpensNothing() throws Exception {
    DeployedFunction pollRun = DeployedFunctions.named("poll-run");
    DeployedFunction maintain = DeployedFunctions.named("maintain");

    assertThat(product().internal(pollRun.uri(), Optional.empty())).isEqualTo(403);
    for (Token token : product().tokens()) {
      assertThat(product().internal(pollRun.uri(), Optional.of(token)))
          .isEqualTo(token.audience().equals(pollRun.uri().toString()) ? 404 : 403);
      assertThat(product().internal(maintain.uri(), Optional.of(token)))
          .isEqualTo(token.audience().equals(maintain.uri().toString()) ? 404 : 403);
    }
  }

  @Test
  @Alone
  void aTaskThatComesTwiceIsOneLook() throws Exception {
    product().queue().duplicate(50);
    try {
      String id = user().create("shop", "Twice. [[scenario: finish tasks=2 seconds=0.5]]");

      user().await(id, "COMPLETED");
      assertThat(Collections.frequency(events(id), "conversation.started")).isEqualTo(1);
      assertThat(around().simulator().prompts("Twice.")).isEqualTo(1);
    } finally {
      product().queue().duplicate(0);
    }
  }

  @Test
  @Alone
  void aRunWhoseTaskWasLostIsFoundByTheSweep() throws Exception {
    product().queue().lose(1);
    String id = user().create("shop", "Lost. [[scenario: finish tasks=1]]");

    sweptAfterAMinute(id);
  }

  @Test
  @Alone
  void aQueueThatRefusesHindersNoRun() throws Exception {
    product().queue().refuse(Collections.nCopies(3, 503).toArray(Integer[]::new));
    String refused = user().create("shop", "Refused. [[scenario: finish tasks=1]]");
    product().queue().refuse(403);
    String forbidden = user().create("shop", "Forbidden. [[scenario: finish tasks=1]]");

    sweptAfterAMinute(refused);
    sweptAfterAMinute(forbidden);
  }

  @Test
  void aTaskThatComesLateOrForNobodyDoesNoHarm() throws Exception {
    String id = user().create("shop", "[[scenario: finish tasks=1]]");
    user().await(id, "COMPLETED");
    user().await(id, ApiUser.PATIENCE, _ -> rests(id));

    for (String run : new String[] {id, "run_01jxt21q00f9k8z8zhwrb15266"}) {
      polled(run, "nothing_due");
    }
    polled("no id at all", "dropped");
  }

  private void polled(String run, String outcome) throws Exception {
    HttpResponse<String> answer = product().poll("{\"run_id\":\"" + run + "\"}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"outcome\":\"" + outcome + "\"");
  }

  /// What the agent left is fetched after the end; then nothing is due any more.
  private boolean rests(String id) {
    try {
      return user().detail(id).path("next_poll_at").isNull();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /// The minute is spent in the database, not by the test. Whoever ends meanwhile may have given
  /// the run a place and woken it before the sweep does.
  private void sweptAfterAMinute(String id) throws Exception {
    PostgresExtension.execute(
        around().source(),
        "update run set next_poll_at = next_poll_at - interval '1 minute' where id = '%s'"
            .formatted(RunId.parse(id).value()));

    String swept = product().maintain().body();

    assertThat(swept).matches("\\{\"woken\":\\d+,\"set_aside\":0,\"admitted\":\\d+,\"linked\":0}");
    user().await(id, "COMPLETED");
  }

  private List<String> events(String id) throws Exception {
    return user().detail(id).path("events").findValuesAsString("type");
  }
}
