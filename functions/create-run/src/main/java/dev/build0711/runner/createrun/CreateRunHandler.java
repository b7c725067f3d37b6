package dev.build0711.runner.createrun;

import dev.build0711.runner.api.GitHosts;
import dev.build0711.runner.api.ShortView;
import dev.build0711.runner.app.CreateRun;
import dev.build0711.runner.http.Call;
import dev.build0711.runner.http.Handler;
import dev.build0711.runner.http.JsonFields;
import dev.build0711.runner.http.ProblemException;
import dev.build0711.runner.http.ProblemType;
import dev.build0711.runner.http.Reply;
import dev.build0711.runner.port.RunStore.Creation;
import dev.build0711.runner.port.RunStore.IdempotencyKey;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunSpec;

/// `POST /runs`: a new run, or the one that the same request made before.
final class CreateRunHandler implements Handler {

  private final CreateRun createRun;
  private final CreateRunRequest request;

  CreateRunHandler(CreateRun createRun, GitHosts hosts) {
    this.createRun = createRun;
    this.request = new CreateRunRequest(hosts);
  }

  @Override
  public Reply handle(Call call) {
    IdempotencyKey key = call.idempotencyKey();
    JsonFields fields = call.json();
    RunSpec spec = request.read(fields);
    fields.finish();
    call.caller().requireProject(spec.projectId());
    return switch (createRun.create(spec, key)) {
      case Creation.Created(Run run) -> reply(201, run, call);
      case Creation.Replayed(Run run) -> reply(200, run, call).with("Idempotent-Replay", "true");
      case Creation.KeyReused _ ->
          throw new ProblemException(
              ProblemType.IDEMPOTENCY_KEY_REUSED,
              "The project has used this Idempotency-Key with another body.");
    };
  }

  private static Reply reply(int status, Run run, Call call) {
    return Reply.json(status, new ShortView(run.summary()))
        .with("Location", call.baseUrl() + "/runs/" + run.id());
  }
}
