package dev.build0711.runner.getrun;

import dev.build0711.runner.api.ProjectId;
import dev.build0711.runner.api.RunListView;
import dev.build0711.runner.app.FindRuns;
import dev.build0711.runner.http.Call;
import dev.build0711.runner.http.Handler;
import dev.build0711.runner.http.Query;
import dev.build0711.runner.http.Reply;
import dev.build0711.runner.port.RunStore.Position;
import dev.build0711.runner.port.RunStore.RunFilter;
import dev.build0711.runner.run.RunStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `GET /runs`: a page of runs, newest first.
final class ListRunsHandler implements Handler {

  private static final int MAX_LIMIT = 100;
  private static final int DEFAULT_LIMIT = 20;

  private final FindRuns runs;

  ListRunsHandler(FindRuns runs) {
    this.runs = runs;
  }

  @Override
  public Reply handle(Call call) {
    Query query = call.query();
    int limit = query.integer("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    var filter = new RunFilter(projects(query), statuses(query));
    Position after = after(query);
    call.mistakes().check();
    FindRuns.Page page = runs.list(filter, call.caller().projects(), after, limit);
    String next = page.next() == null ? null : RunCursor.of(page.next());
    Reply reply = Reply.json(200, new RunListView(page.runs(), next)).unlessKnown(call);
    return next == null ? reply : reply.with("Link", link(call.baseUrl(), filter, limit, next));
  }

  private static List<String> projects(Query query) {
    List<String> given = query.all("project_id");
    if (!given.stream().allMatch(ProjectId::isValid)) {
      query.refuse("project_id", ProjectId.RULE);
    }
    return given;
  }

  private static List<RunStatus> statuses(Query query) {
    List<RunStatus> statuses = new ArrayList<>();
    for (String word : query.all("status")) {
      try {
        statuses.add(RunStatus.valueOf(word));
      } catch (IllegalArgumentException e) {
        query.refuse("status", "must be a status of a run, such as RUNNING");
      }
    }
    return statuses;
  }

  private static @Nullable Position after(Query query) {
    String cursor = query.one("cursor");
    if (cursor == null) {
      return null;
    }
    Position position = RunCursor.read(cursor);
    if (position == null) {
      query.refuse("cursor", "must be the next_cursor of an earlier answer");
    }
    return position;
  }

  private static String link(String baseUrl, RunFilter filter, int limit, String cursor) {
    var url = new StringBuilder(baseUrl).append("/runs?limit=").append(limit);
    for (String project : filter.projectIds()) {
      url.append("&project_id=").append(URLEncoder.encode(project, StandardCharsets.UTF_8));
    }
    for (RunStatus status : filter.statuses()) {
      url.append("&status=").append(status);
    }
    return "<" + url.append("&cursor=").append(cursor) + ">; rel=\"next\"";
  }
}
