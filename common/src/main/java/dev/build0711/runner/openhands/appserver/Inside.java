package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Api;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The agent-servers inside the sandboxes. Most are published on the app server's own machine and
/// named `localhost` from there; only one that lies on the host by which the runner knows the app
/// server is asked, so that the key of a sandbox goes nowhere else.
final class Inside {

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String CONVERSATIONS = "/api/conversations/";
  private static final int MAX_PORT = 65_535;
  private static final int PAGE = 100;
  private static final int MOST_FRESH = 50;

  private final URI appServer;
  private final Exchanges exchanges;

  Inside(URI appServer, Exchanges exchanges) {
    this.appServer = appServer;
    this.exchanges = exchanges;
  }

  /// The agent-server of one conversation.
  ///
  /// @param path the path of the conversation there
  record Door(Api api, String path) {}

  /// The way to the agent-server of a conversation; empty where there is none from here.
  Optional<Door> of(AppConversation conversation) {
    URI url = conversation.url();
    UUID id = uuid(conversation.id());
    if (url == null || id == null || !near(url) || !plain(url)) {
      return Optional.empty();
    }
    URI base = URI.create(url.toString().substring(0, url.toString().indexOf(CONVERSATIONS)));
    String key = conversation.sandboxKey();
    return Optional.of(new Door(new Api(base, () -> key, exchanges), Api.conversation(id)));
  }

  private boolean near(URI url) {
    String there = url.getHost().toLowerCase(Locale.ROOT);
    String here = String.valueOf(appServer.getHost()).toLowerCase(Locale.ROOT);
    return there.equals(here) || (LOOPBACK.contains(there) && LOOPBACK.contains(here));
  }

  /// Whether an address is of a conversation, and has nothing that addresses of agent-servers have
  /// not: a request to one with a query would go to its host, but not below its path.
  private static boolean plain(URI url) {
    return Set.of("http", "https").contains(String.valueOf(url.getScheme()))
        && url.getPort() <= MAX_PORT
        && url.getRawUserInfo() == null
        && url.getRawQuery() == null
        && url.getRawFragment() == null
        && url.getRawPath().contains(CONVERSATIONS);
  }

  static @Nullable UUID uuid(String id) {
    String plain = Ids.plain(id);
    return plain.matches("[0-9a-f]{32}")
        ? new UUID(
            Long.parseUnsignedLong(plain.substring(0, 16), 16),
            Long.parseUnsignedLong(plain.substring(16), 16))
        : null;
  }

  /// Hands to `tail` the newest events, of which the app server may hear half a minute later. Where
  /// they cannot be joined to what was read, nothing is done.
  void catchUp(Door door, Tail tail, Deadline deadline) {
    Reply reply =
        door.api()
            .get(door.path() + "/events/search?sort_order=TIMESTAMP_DESC&limit=" + PAGE, deadline);
    if (!(reply instanceof Answer(int status, JsonNode body, _)) || status != 200) {
      return;
    }
    List<JsonNode> fresh = new ArrayList<>();
    boolean joined = !body.path("next_page_id").isString();
    for (JsonNode event : body.path("items")) {
      if (tail.knows(event)) {
        joined = true;
        break;
      }
      fresh.add(event);
    }
    if (joined && fresh.size() <= MOST_FRESH) {
      tail.take(fresh);
    }
  }
}
