package dev.build0711.runner.postgres;

import dev.build0711.runner.port.RunStore.RunFilter;

/// The statements that list runs as summaries, with and without a restriction to projects. No
/// restriction to statuses is all of them: were there an index without the status, the planner
/// would read that and throw rows away wherever it thinks a rare status common.
///
/// Every project and every status is a branch that reads one page of keys from its index in order;
/// the branches are merged by sorting those keys alone, and only the runs of the page are fetched.
/// All take the same last three parameters: the time and the id that the page comes after, and its
/// length, for the branches and once more for the whole.
final class ListSql {

  private ListSql() {}

  static final String BY_STATUS =
      """
      select r.id, r.project_id, r.title, r.repository, r.branch, r.metadata,
             r.status, r.reason_code, r.reason_since, r.phase, r.revision,
             r.started_at, r.finished_at, r.deadline_at,
             r.percent, jsonb_array_length(r.attempts) as attempts, r.created_at, r.updated_at,
             (select jsonb_agg(to_jsonb(p) order by p.position)
              from pull_request p where p.run_id = r.id) as pull_requests
      from (
        select k.id, k.created_at
        from unnest(?::text[]) as wanted (status)
        cross join lateral (
          select b.id, b.created_at
          from run b
          where b.status = wanted.status and (b.created_at, b.id) < (?, ?)
          order by b.created_at desc, b.id desc
          limit ?) k
        order by k.created_at desc, k.id desc
        limit ?) page
      join run r on r.id = page.id
      order by page.created_at desc, page.id desc
      """;

  static final String BY_PROJECT_AND_STATUS =
      """
      select r.id, r.project_id, r.title, r.repository, r.branch, r.metadata,
             r.status, r.reason_code, r.reason_since, r.phase, r.revision,
             r.started_at, r.finished_at, r.deadline_at,
             r.percent, jsonb_array_length(r.attempts) as attempts, r.created_at, r.updated_at,
             (select jsonb_agg(to_jsonb(p) order by p.position)
              from pull_request p where p.run_id = r.id) as pull_requests
      from (
        select k.id, k.created_at
        from unnest(?::text[]) as one (project_id)
        cross join unnest(?::text[]) as two (status)
        cross join lateral (
          select b.id, b.created_at
          from run b
          where b.project_id = one.project_id
            and b.status = two.status
            and (b.created_at, b.id) < (?, ?)
          order by b.created_at desc, b.id desc
          limit ?) k
        order by k.created_at desc, k.id desc
        limit ?) page
      join run r on r.id = page.id
      order by page.created_at desc, page.id desc
      """;

  static String of(RunFilter filter) {
    return filter.projectIds().isEmpty() ? BY_STATUS : BY_PROJECT_AND_STATUS;
  }
}
