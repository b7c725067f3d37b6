package dev.build0711.runner.controlrun;

import dev.build0711.runner.app.SendMessage;
import dev.build0711.runner.app.SendMessage.Letter;
import dev.build0711.runner.app.SendMessage.Outcome;
import dev.build0711.runner.app.SendMessage.Why;
import dev.build0711.runner.http.Call;
import dev.build0711.runner.http.Handler;
import dev.build0711.runner.http.JsonFields;
import dev.build0711.runner.http.ProblemException;
import dev.build0711.runner.http.ProblemType;
import dev.build0711.runner.http.Reply;
import dev.build0711.runner.port.RunStore.Accepted;
import dev.build0711.runner.port.RunStore.IdempotencyKey;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.RunId;
import java.util.Map;

/// `POST /runs/{run_id}/messages`: a message to the agent, or the one that the same request was.
final class MessageHandler implements Handler {

  private static final String FILLED = "must not be blank";
  private static final Map<String, String> LATER = Map.of("Retry-After", "15");

  private final SendMessage sendMessage;

  MessageHandler(SendMessage sendMessage) {
    this.sendMessage = sendMessage;
  }

  @Override
  public Reply handle(Call call) {
    RunId id = call.runId();
    IdempotencyKey key = call.idempotencyKey();
    JsonFields fields = call.json();
    Letter letter = read(fields);
    fields.finish();
    Outcome outcome =
        sendMessage.send(id, call.caller().projects(), letter, key).orElseThrow(Call::runNotFound);
    return switch (outcome) {
      case Outcome.Taken(Accepted accepted) -> reply(202, id, accepted);
      case Outcome.Replayed(Accepted accepted) ->
          reply(200, id, accepted).with("Idempotent-Replay", "true");
      case Outcome.KeyReused _ ->
          throw new ProblemException(
              ProblemType.IDEMPOTENCY_KEY_REUSED,
              "The run has had this Idempotency-Key with another body.");
      case Outcome.Refused(Why why) -> throw problem(why);
    };
  }

  private static Letter read(JsonFields fields) {
    Boolean accept = fields.flag("accept");
    if (!fields.has("accept")) {
      return new Letter(
          fields.requiredText("text", Message.MAX_TEXT, text -> !text.isBlank(), FILLED), null);
    }
    return new Letter(
        fields.text("text", Message.MAX_TEXT, text -> !text.isBlank(), FILLED), accept);
  }

  private static Reply reply(int status, RunId id, Accepted accepted) {
    Message message = accepted.message();
    return Reply.json(
        status,
        json ->
            json.object(() -> {
              json.text("run_id", id.toString());
              json.number("message", message.seq());
              json.word("state", message.state());
              json.time("created_at", accepted.createdAt());
            }));
  }

  private static ProblemException problem(Why why) {
    return switch (why) {
      case NOT_STARTED ->
          new ProblemException(ProblemType.RUN_NOT_STARTED, "No agent works on the run yet.");
      case CANCELLING ->
          new ProblemException(ProblemType.RUN_IS_CANCELLING, "The run is CANCELLING.");
      case TERMINAL -> new ProblemException(ProblemType.RUN_IS_TERMINAL, "The run has ended.");
      case NOTHING_TO_CONFIRM ->
          new ProblemException(
              ProblemType.NOTHING_TO_CONFIRM,
              "The agent wants no action to be confirmed, or that has been answered.");
      case TOO_MANY ->
          new ProblemException(
              ProblemType.TOO_MANY_MESSAGES,
              "The run has had " + SendMessage.MAX_MESSAGES + " messages.");
      case TOO_MANY_WAIT ->
          new ProblemException(
              ProblemType.MESSAGES_WAITING,
              "The agent has still to get " + SendMessage.MAX_WAITING + " messages.",
              LATER);
    };
  }
}
