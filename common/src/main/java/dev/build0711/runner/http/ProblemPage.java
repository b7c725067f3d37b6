package dev.build0711.runner.http;

/// `GET /problems/{slug}`: what a kind of problem means and what to do, for people.
final class ProblemPage implements Handler {

  @Override
  public Reply handle(Call call) {
    ProblemType type =
        ProblemType.of(call.path("slug"))
            .orElseThrow(
                () -> new ProblemException(ProblemType.NOT_FOUND, "There is no such problem."));
    return Reply.text(
        200,
        """
        %s

        Status %d, code %s. %s

        What to do: %s
        """
            .formatted(
                type.title(),
                type.status(),
                type,
                type.retryable()
                    ? "The same request may succeed later."
                    : "The same request will fail again.",
                type.advice()));
  }
}
