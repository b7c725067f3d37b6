package dev.build0711.runner.postgres;

/// The two statements that change a run, each with its new events and its pull requests. They bind
/// alike up to the conditions: the state, then who asks, then the events and pull requests. What
/// still waits for the agent when a run ends will not be sent any more.
final class ChangeSql {

  private ChangeSql() {}

  /// What a look has learnt: holds while the claim is the newest, and ends its lease. The times of
  /// the next look are as in [RunSql#RELEASE].
  static final String SAVE =
      """
      with changed as (
        update run r
        set git_provider = ?, git_host = ?, repository = ?, repository_id = ?,
            status = ?, reason_code = ?, reason_since = ?, phase = ?, revision = ?,
            started_at = ?, finished_at = ?, deadline_at = ?,
            percent = ?, progress = ?::jsonb, usage = ?::jsonb, result = ?::jsonb,
            agent_state = ?, agent_since = ?, agent_sign_of_life_at = ?,
            backend = ?, backend_dialect = ?, backend_version = ?, conversation_id = ?,
            agent_memory = ?::jsonb, mentioned_urls = ?, place = ?, place_epoch = ?,
            attempts = ?::jsonb,
            event_count = ?, updated_at = ?,
            version = r.version + 1,
            lease_until = '-infinity', failed_looks = 0, look_failure = null,
            next_poll_at = case
              when r.wake_no = look.wake_no then look.next_poll_at
              else least(r.next_poll_at, look.next_poll_at) end,
            wake_no = r.wake_no + case
              when look.next_poll_at is not null then 1
              when r.wake_no <> look.wake_no and r.next_poll_at is not null then 1
              else 0 end
        from (values (?::bigint, ?::timestamptz)) as look (wake_no, next_poll_at)
        where r.id = ? and r.version = ? and r.poll_epoch = ?
        returning r.id, r.next_poll_at, r.wake_no),
      events as (
        insert into run_event (run_id, seq, type, at, data)
        select c.id, e.seq, e.type, e.at, e.data
        from changed c
        cross join jsonb_to_recordset(?::jsonb)
          as e (seq integer, type text, at timestamptz, data jsonb)),
      links as (
        insert into pull_request (
          run_id, position, git_provider, git_host, repository, repository_id, number, url, state,
          draft, head_branch, head_sha, head_repository_id, merge_commit_sha, created_at,
          updated_at, rule, linked_at)
        select
          c.id, p.position, p.git_provider, p.git_host, p.repository, p.repository_id, p.number,
          p.url, p.state, p.draft, p.head_branch, p.head_sha, p.head_repository_id,
          p.merge_commit_sha, p.created_at, p.updated_at, p.rule, p.linked_at
        from changed c
        cross join jsonb_populate_recordset(null::pull_request, ?::jsonb) p
        on conflict (run_id, position) do update
        set git_provider = excluded.git_provider, git_host = excluded.git_host,
            repository = excluded.repository, repository_id = excluded.repository_id,
            number = excluded.number, url = excluded.url, state = excluded.state,
            draft = excluded.draft, head_branch = excluded.head_branch,
            head_sha = excluded.head_sha, head_repository_id = excluded.head_repository_id,
            merge_commit_sha = excluded.merge_commit_sha, created_at = excluded.created_at,
            updated_at = excluded.updated_at, rule = excluded.rule,
            linked_at = excluded.linked_at),
      letter as (
        update run_message m
        set state = case when m.seq = l.seq then l.state else 'refused' end,
            tried_at = case when m.seq = l.seq then l.tried_at else m.tried_at end
        from changed c
        cross join (values (?::integer, ?::text, ?::timestamptz, ?::boolean))
          as l (seq, state, tried_at, over)
        where m.run_id = c.id and (m.seq = l.seq or (l.over and m.state = 'wanted')))
      select next_poll_at, wake_no from changed
      """;

  /// A change from beside a look: a caller's or a git host's. A run that is set aside is looked at
  /// again when it is put back, and not before.
  static final String APPLY =
      """
      with changed as (
        update run r
        set git_provider = ?, git_host = ?, repository = ?, repository_id = ?,
            status = ?, reason_code = ?, reason_since = ?, phase = ?, revision = ?,
            started_at = ?, finished_at = ?, deadline_at = ?,
            percent = ?, progress = ?::jsonb, usage = ?::jsonb, result = ?::jsonb,
            agent_state = ?, agent_since = ?, agent_sign_of_life_at = ?,
            backend = ?, backend_dialect = ?, backend_version = ?, conversation_id = ?,
            agent_memory = ?::jsonb, mentioned_urls = ?, place = ?, place_epoch = ?,
            attempts = ?::jsonb,
            event_count = ?, updated_at = ?,
            version = r.version + 1,
            next_poll_at = case
              when look.wanted and r.set_aside_at is null then least(r.next_poll_at, now())
              else r.next_poll_at end,
            wake_no = r.wake_no + case when look.wanted then 1 else 0 end
        from (values (?::boolean)) as look (wanted)
        where r.id = ? and r.version = ?
        returning r.id, r.wake_no, r.next_poll_at),
      events as (
        insert into run_event (run_id, seq, type, at, data)
        select c.id, e.seq, e.type, e.at, e.data
        from changed c
        cross join jsonb_to_recordset(?::jsonb)
          as e (seq integer, type text, at timestamptz, data jsonb)),
      links as (
        insert into pull_request (
          run_id, position, git_provider, git_host, repository, repository_id, number, url, state,
          draft, head_branch, head_sha, head_repository_id, merge_commit_sha, created_at,
          updated_at, rule, linked_at)
        select
          c.id, p.position, p.git_provider, p.git_host, p.repository, p.repository_id, p.number,
          p.url, p.state, p.draft, p.head_branch, p.head_sha, p.head_repository_id,
          p.merge_commit_sha, p.created_at, p.updated_at, p.rule, p.linked_at
        from changed c
        cross join jsonb_populate_recordset(null::pull_request, ?::jsonb) p
        on conflict (run_id, position) do update
        set git_provider = excluded.git_provider, git_host = excluded.git_host,
            repository = excluded.repository, repository_id = excluded.repository_id,
            number = excluded.number, url = excluded.url, state = excluded.state,
            draft = excluded.draft, head_branch = excluded.head_branch,
            head_sha = excluded.head_sha, head_repository_id = excluded.head_repository_id,
            merge_commit_sha = excluded.merge_commit_sha, created_at = excluded.created_at,
            updated_at = excluded.updated_at, rule = excluded.rule,
            linked_at = excluded.linked_at),
      letter as (
        update run_message m
        set state = case when m.seq = l.seq then l.state else 'refused' end,
            tried_at = case when m.seq = l.seq then l.tried_at else m.tried_at end
        from changed c
        cross join (values (?::integer, ?::text, ?::timestamptz, ?::boolean))
          as l (seq, state, tried_at, over)
        where m.run_id = c.id and (m.seq = l.seq or (l.over and m.state = 'wanted')))
      select id, wake_no, next_poll_at from changed
      """;
}
