package dev.build0711.runner.postgres;

/// The statements about single runs and about runs that are due. A claim counts as failed until its
/// look stores something; 20 is [dev.build0711.runner.port.FailedLooks#MOST].
final class RunSql {

  private RunSql() {}

  static final String CREATE =
      """
      with created as (
        insert into run (
          id, project_id, compiled_prompt, asked_repository, branch, metadata, title, complete_on,
          timeout_seconds, priority, options,
          git_provider, git_host, repository, repository_id,
          percent, progress, usage, result,
          agent_state, agent_memory, attempts,
          idempotency_key, request_sha256,
          agent_since, agent_sign_of_life_at, deadline_at, next_poll_at, created_at, updated_at)
        values (
          ?, ?, ?, ?::jsonb, ?, ?::json, ?, ?,
          ?, ?, ?::jsonb,
          ?, ?, ?, ?,
          ?, ?::jsonb, ?::jsonb, ?::jsonb,
          ?, ?::jsonb, ?::jsonb,
          ?, ?,
          now(), now(), now() + make_interval(secs => ?), now(), now(), now())
        on conflict (project_id, idempotency_key) where idempotency_key is not null do nothing
        returning id, created_at),
      event as (
        insert into run_event (run_id, seq, type, at, data)
        select id, 1, ?, created_at, '{}' from created)
      select created_at from created
      """;

  static final String FIND_BY_KEY =
      """
      select r.*,
             (select jsonb_agg(to_jsonb(p) order by p.position)
              from pull_request p where p.run_id = r.id) as pull_requests,
             (select to_jsonb(m)
              from run_message m where m.run_id = r.id and m.state = 'wanted'
              order by m.seq limit 1) as message
      from run r
      where r.project_id = ? and r.idempotency_key = ?
      """;

  static final String FIND =
      """
      select r.*,
             (select jsonb_agg(to_jsonb(p) order by p.position)
              from pull_request p where p.run_id = r.id) as pull_requests,
             (select to_jsonb(m)
              from run_message m where m.run_id = r.id and m.state = 'wanted'
              order by m.seq limit 1) as message
      from run r
      where r.id = ?
      """;

  /// The columns that [RunRow#summary] reads; the long ones stay where they are.
  static final String SUMMARY =
      """
      select r.id, r.project_id, r.title, r.repository, r.branch, r.metadata,
             r.status, r.reason_code, r.reason_since, r.phase, r.revision,
             r.started_at, r.finished_at, r.deadline_at,
             r.percent, jsonb_array_length(r.attempts) as attempts, r.created_at, r.updated_at,
             (select jsonb_agg(to_jsonb(p) order by p.position)
              from pull_request p where p.run_id = r.id) as pull_requests
      from run r
      where r.id = ?
      """;

  static final String EVENTS =
      """
      select seq, type, at, data from run_event where run_id = ? order by seq desc limit ?
      """;

  /// In the order of the index, so that no more rows are read than are counted.
  static final String QUEUED_BEFORE =
      """
      select count(*) as queued
      from (
        select 1
        from run
        where status = 'QUEUED' and place is null and (-priority, created_at, id) < (-?, ?, ?)
        order by -priority, created_at, id
        limit ?) as before
      """;

  static final String CLAIM =
      """
      update run r
      set poll_epoch = r.poll_epoch + 1, lease_until = now() + make_interval(secs => ?),
          failed_looks = r.failed_looks + 1
      where r.id = ?
        and r.next_poll_at <= now() + interval '1 second'
        and r.lease_until < now()
        and r.failed_looks < 20
      returning r.*, now() as claimed_at,
        (select b.failing_reason
         from backend b
         where b.name = coalesce(r.backend, r.place) and b.down_until > now()) as held,
        (select jsonb_agg(to_jsonb(p) order by p.position)
         from pull_request p where p.run_id = r.id) as pull_requests,
        (select to_jsonb(m)
         from run_message m where m.run_id = r.id and m.state = 'wanted'
         order by m.seq limit 1) as message
      """;

  /// `= any (array (...))` rather than `in (...)`: the rows are then always fetched by key,
  /// whatever the planner thinks of `limit ?`.
  static final String CLAIM_DUE =
      """
      update run r
      set poll_epoch = r.poll_epoch + 1, lease_until = now() + make_interval(secs => ?),
          failed_looks = r.failed_looks + 1
      where r.id = any (array (
        select due.id
        from run due
        where due.next_poll_at <= now()
          and due.lease_until < now()
          and due.failed_looks < 20
        order by due.next_poll_at
        limit ?
        for update skip locked))
      returning r.*, now() as claimed_at,
        (select b.failing_reason
         from backend b
         where b.name = coalesce(r.backend, r.place) and b.down_until > now()) as held,
        (select jsonb_agg(to_jsonb(p) order by p.position)
         from pull_request p where p.run_id = r.id) as pull_requests,
        (select to_jsonb(m)
         from run_message m where m.run_id = r.id and m.state = 'wanted'
         order by m.seq limit 1) as message
      """;

  /// The runs of [dev.build0711.runner.run.Step#watchedOn].
  static final String CLAIM_WATCHED =
      """
      update run r
      set poll_epoch = r.poll_epoch + 1, lease_until = now() + make_interval(secs => ?),
          failed_looks = r.failed_looks + 1
      where r.id = any (array (
        select due.id
        from run due
        where due.next_poll_at <= now() + interval '1 second'
          and due.lease_until < now()
          and due.failed_looks < 20
          and due.backend = ?
          and due.status in ('RUNNING', 'AWAITING_INPUT')
          and due.agent_state in ('starting', 'working', 'waiting')
          and not exists (
            select from run_message m where m.run_id = due.id and m.state = 'wanted')
        order by due.next_poll_at
        limit ?
        for update of due skip locked))
      returning r.*, now() as claimed_at,
        (select b.failing_reason
         from backend b
         where b.name = coalesce(r.backend, r.place) and b.down_until > now()) as held,
        (select jsonb_agg(to_jsonb(p) order by p.position)
         from pull_request p where p.run_id = r.id) as pull_requests,
        null as message
      """;

  static final String OVERDUE =
      """
      update run r
      set wake_no = r.wake_no + 1, woken_at = now()
      where r.id = any (array (
        select due.id
        from run due
        where due.next_poll_at <= now() - make_interval(secs => ?)
          and due.lease_until < now()
          and due.failed_looks < 20
          and due.woken_at <= now() - make_interval(secs => ?)
        order by due.next_poll_at
        limit ?
        for update skip locked))
      returning r.id, r.wake_no, r.next_poll_at
      """;

  static final String RETURNED =
      """
      update run r
      set next_poll_at = now() + random() * make_interval(secs => ?), wake_no = r.wake_no + 1
      where r.id = any (array (
        select far.id
        from run far
        where far.next_poll_at > now() + make_interval(secs => ?)
          and far.lease_until < now()
          and (far.backend = ? or far.place = ?)
        limit ?
        for update skip locked))
      returning r.id, r.wake_no, r.next_poll_at
      """;

  /// How long the look that is most overdue has been due; no row where none is. Served by the index
  /// of claims.
  static final String OLDEST_OVERDUE =
      """
      select (extract(epoch from now() - next_poll_at) * 1000)::bigint as millis
      from run
      where next_poll_at <= now() and lease_until < now()
      order by next_poll_at
      limit 1
      """;

  /// `wake_no` is the one that the claim saw: if it has moved, somebody has asked for a look
  /// meanwhile, and the earlier time holds.
  static final String RELEASE =
      """
      update run r
      set lease_until = '-infinity', failed_looks = 0, look_failure = null,
          next_poll_at = case
            when r.wake_no = look.wake_no then look.next_poll_at
            else least(r.next_poll_at, look.next_poll_at) end,
          wake_no = r.wake_no + case
            when look.next_poll_at is not null then 1
            when r.wake_no <> look.wake_no and r.next_poll_at is not null then 1
            else 0 end
      from unnest(?::uuid[], ?::bigint[], ?::bigint[], ?::timestamptz[])
        as look (id, poll_epoch, wake_no, next_poll_at)
      where r.id = look.id and r.poll_epoch = look.poll_epoch
      returning r.id, r.poll_epoch, r.next_poll_at, r.wake_no
      """;

  /// Says nothing of the run itself, so that neither its version nor `updated_at` moves.
  static final String CLAIM_LOOK_UP =
      """
      update run set looked_up_at = now()
      where id = ? and looked_up_at is not distinct from ?::timestamptz
      returning id
      """;

  static final String WAKE =
      """
      update run r
      set next_poll_at = least(r.next_poll_at, now()), wake_no = r.wake_no + 1
      where r.id = ? and r.set_aside_at is null
      returning r.id, r.wake_no, r.next_poll_at
      """;
}
