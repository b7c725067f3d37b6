package dev.build0711.runner.run;

import java.time.Instant;
import java.util.Map;

/// Something that happened to a run; kept for ever beside it, in order.
///
/// @param data JSON values only: strings, numbers, booleans, null and maps and lists of them; of
///   what users and agents wrote only addresses of pull requests and names of branches
public record RunEvent(Type type, Instant at, Map<String, Object> data) {

  public enum Type {
    RUN_CREATED("run.created"),
    RUN_MOVED("run.moved"),
    RUN_CORRECTED("run.corrected"),
    RUN_PROGRESSED("run.progressed"),
    RUN_SET_ASIDE("run.set_aside"),
    RUN_REQUEUED("run.requeued"),
    CONVERSATION_STARTED("conversation.started"),
    CONVERSATION_RESUMED("conversation.resumed"),
    CONVERSATION_DOUBLED("conversation.doubled"),
    MESSAGE_ACCEPTED("message.accepted"),
    MESSAGE_DELIVERED("message.delivered"),
    MESSAGE_REFUSED("message.refused"),
    AGENT_STATUS_UNKNOWN("agent.status_unknown"),
    AGENT_ENDED("agent.ended"),
    RESULTS_COLLECTED("results.collected"),
    RESULTS_LOST("results.lost"),
    BACKEND_CHANGED("backend.changed"),
    BACKEND_SILENT("backend.silent"),
    BACKEND_ANSWERED("backend.answered"),
    PULL_REQUEST_LINKED("pull_request.linked"),
    PULL_REQUEST_UPDATED("pull_request.updated"),
    PULL_REQUEST_DUPLICATE("pull_request.duplicate"),
    PULL_REQUEST_MENTIONED("pull_request.mentioned"),
    BRANCH_PUSHED("branch.pushed"),
    REVIEW_SUBMITTED("review.submitted"),
    COMMENT_CREATED("comment.created"),
    CI_FINISHED("ci.finished");

    private final String word;

    Type(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }
}
