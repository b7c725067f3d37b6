package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.exchange.Reply;

/// What became of a request that must not be made twice.
enum Delivery {
  DONE,
  /// The server has no free place for the agent. A message is stored all the same.
  FULL,
  /// The server does not know the conversation.
  MISSING,
  /// The server will not do it, now or later.
  REFUSED,
  /// It may have been done, or may still be.
  UNCLEAR,
  /// It has not been done.
  NOT_DONE;

  static Delivery of(Reply reply) {
    return switch (reply) {
      case Reply.Answer(int status, var _, var _) -> of(status, true);
      case Reply.NotJson(int status, var _) -> of(status, false);
      case Reply.TooLarge(int status) -> of(status, false);
      case Reply.Content _, Reply.TimedOut _, Reply.Broken _ -> UNCLEAR;
      case Reply.NotSent _ -> NOT_DONE;
    };
  }

  /// @param known whether the answer is one that the server itself gives, rather than a proxy
  private static Delivery of(int status, boolean known) {
    return switch (status) {
      case 200 -> known ? DONE : UNCLEAR;
      case 429 -> known ? FULL : NOT_DONE;
      case 404 -> known ? MISSING : NOT_DONE;
      case 400, 413, 422 -> known ? REFUSED : NOT_DONE;
      case 503 -> NOT_DONE;
      default -> status >= 500 ? UNCLEAR : NOT_DONE;
    };
  }
}
