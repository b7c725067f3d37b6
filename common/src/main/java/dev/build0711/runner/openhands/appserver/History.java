package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads the events that an app server keeps of a conversation, a little more of them than are new.
///
/// A page begins at a number, in the first releases after the event whose file it names. Those
/// releases also name a file for the next page, and leave the event in it out; so the last file
/// that was on a page is named here instead.
final class History {

  static final int PAGE = 100;

  /// So many events are read again at every look.
  private static final int OVERLAP = 20;

  /// So many pages are read in one look at most; the next look goes on there.
  private static final int MAX_PAGES = 10;

  private final Api api;
  private final Releases releases;

  History(Api api, Releases releases) {
    this.api = api;
    this.releases = releases;
  }

  /// What came of reading.
  ///
  /// @param page where to go on next time
  /// @param whole whether the events were read to their end
  record Read(@Nullable String page, boolean whole) {}

  /// Reads on from `page` and hands everything to `tail`. A path that is gone is asked for once
  /// more, by what the server says of itself then.
  Asked<Read> read(
      Release release, String conversation, @Nullable String page, Tail tail, Deadline deadline) {
    List<JsonNode> events = new ArrayList<>();
    Reply first = api.get(path(release, conversation, page), deadline);
    if (first.is(404) || first.is(405)) {
      return switch (releases.ask(deadline)) {
        case Silent<Release>(var evidence) -> new Silent<>(evidence);
        case Got<Release>(Release now) ->
            now.earlyEvents() == release.earlyEvents()
                ? new Silent<>(first.silence())
                : read(now, conversation, null, tail, deadline);
      };
    }
    Position position = new Position(release.earlyEvents(), page);
    Asked<Boolean> whole = pages(release, conversation, position, first, events, deadline);
    return switch (whole) {
      case Silent<Boolean>(var evidence) -> new Silent<>(evidence);
      case Got<Boolean>(Boolean end) -> {
        tail.take(events);
        yield new Got<>(new Read(position.back(OVERLAP), end));
      }
    };
  }

  private Asked<Boolean> pages(
      Release release,
      String conversation,
      Position position,
      Reply first,
      List<JsonNode> events,
      Deadline deadline) {
    Reply reply = first;
    for (int page = 1; ; page++) {
      if (!(reply instanceof Answer(int status, JsonNode body, _)) || status != 200) {
        return page == 1 ? new Silent<>(reply.silence()) : new Got<>(false);
      }
      if (!body.path("items").isArray()) {
        return new Silent<>(new BackendSilent(Reason.BACKEND_BAD_ANSWER, null));
      }
      body.path("items").forEach(events::add);
      position.past(body.path("items"));
      if (!body.path("next_page_id").isString() || body.path("items").isEmpty()) {
        return new Got<>(true);
      }
      if (page == MAX_PAGES) {
        return new Got<>(false);
      }
      reply = api.get(path(release, conversation, position.end()), deadline);
    }
  }

  private static String path(Release release, String conversation, @Nullable String page) {
    String first = release.events(conversation) + "limit=" + PAGE;
    return page == null ? first : first + "&page_id=" + Api.quoted(page);
  }

  /// Where pages begin.
  private static final class Position {

    /// Files have shorter names; the name is kept until the next look.
    private static final int MAX_NAME = 200;

    private final boolean files;
    private final @Nullable String begin;
    private final List<String> passed = new ArrayList<>();

    Position(boolean files, @Nullable String begin) {
      this.files = files;
      this.begin = begin;
    }

    void past(JsonNode items) {
      int from = offset() + passed.size();
      for (JsonNode event : items) {
        from++;
        passed.add(files ? file(event) : Integer.toString(from));
      }
    }

    private int offset() {
      return begin != null && begin.matches("\\d{1,9}") ? Integer.parseInt(begin) : 0;
    }

    @Nullable String end() {
      return passed.isEmpty() ? begin : passed.getLast();
    }

    /// The position so many events before the end, but not before the begin.
    @Nullable String back(int events) {
      return passed.size() > events ? passed.get(passed.size() - events - 1) : begin;
    }

    /// How the first releases name the file of an event.
    private static String file(JsonNode event) {
      String second = event.path("timestamp").stringValue("").replaceAll("\\D", "");
      String name =
          second.substring(0, Math.min(14, second.length()))
              + '_'
              + event.path("kind").stringValue("")
              + '_'
              + event.path("id").stringValue("").replace("-", "").toLowerCase(Locale.ROOT);
      return name.substring(0, Math.min(MAX_NAME, name.length()));
    }
  }
}
