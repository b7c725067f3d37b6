package dev.build0711.runner.postgres;

/// The statements about backends and the places they have.
final class BackendSql {

  private BackendSql() {}

  /// Whether anybody waits for a place: most that give places away find nobody.
  static final String WAITING =
      """
      select id from run
      where status = 'QUEUED' and place is null and set_aside_at is null
      limit 1
      """;

  /// Makes the rows of backends that nobody has met before.
  static final String MEET =
      """
      insert into backend (name)
      select name
      from unnest(?::text[]) as met (name)
      order by name
      on conflict (name) do nothing
      returning name
      """;

  /// Whoever holds these locks may give places away. All take them in one order.
  static final String LOCK =
      """
      select name from backend where name = any (?) order by name for update
      """;

  /// A statement of its own, because one that has waited for locks counts what there was before.
  static final String HELD =
      """
      select b.name, b.dialect, b.full_until <= now() as open,
             case when b.full_until > now() then b.failing_reason end as trouble,
             (select count(*) from run r where r.place = b.name) as held
      from backend b
      where b.name = any (?)
      order by b.name
      """;

  /// Gives the places to the head of the queue, the first to the first. Of each project that waits,
  /// found from one to the next in the index, no more runs are read than there are places; one that
  /// is set aside gets none. What a run's own look may do, a later one may not think the first
  /// again: its `place_epoch` is one lower.
  static final String ADMIT =
      """
      with recursive slot as (
        select place, n from unnest(?::text[]) with ordinality as dealt (place, n)),
      caller as (
        select ?::uuid as run_id),
      project (id) as (
        (select r.project_id
         from run r
         where r.status = 'QUEUED' and r.place is null
         order by r.project_id
         limit 1)
        union all
        select (select r.project_id
                from run r
                where r.status = 'QUEUED' and r.place is null and r.project_id > p.id
                order by r.project_id
                limit 1)
        from project p
        where p.id is not null),
      share as (
        select r.project_id, count(*) as held
        from run r
        where r.place is not null
        group by r.project_id),
      waiting as (
        select first.id, first.priority, first.created_at,
               coalesce(s.held, 0) + row_number() over (
                 partition by p.id
                 order by first.priority desc, first.created_at, first.id) as share
        from project p
        left join share s on s.project_id = p.id
        cross join lateral (
          select r.id, r.priority, r.created_at
          from run r
          where r.status = 'QUEUED' and r.place is null and r.project_id = p.id
            and r.agent_state = 'absent' and r.conversation_id is null
            and r.set_aside_at is null
            and (r.lease_until < now() or r.id = (select run_id from caller))
          order by r.priority desc, r.created_at, r.id
          limit ?) first
        where p.id is not null),
      head as (
        select id, row_number() over (order by priority desc, share, created_at, id) as n
        from waiting
        order by n
        limit ?)
      update run r
      set place = slot.place,
          place_epoch = r.poll_epoch - case when r.id = caller.run_id then 1 else 0 end,
          next_poll_at = least(r.next_poll_at, now()),
          wake_no = r.wake_no + 1,
          version = r.version + 1
      from head
      join slot on slot.n = head.n
      cross join caller
      where r.id = head.id
        and r.status = 'QUEUED' and r.place is null and r.set_aside_at is null
        and (r.lease_until < now() or r.id = caller.run_id)
      returning r.id, r.wake_no, r.next_poll_at
      """;

  /// No row where that is what is known already.
  static final String SPEAKS =
      """
      update backend
      set dialect = ?
      where name = ? and dialect is distinct from ?
      returning name
      """;

  /// No row where somebody has begun a probe too short a time ago.
  static final String PROBE =
      """
      insert into backend as b (name, probed_at)
      values (?, now())
      on conflict (name) do update
      set probed_at = now()
      where b.probed_at <= now() - make_interval(secs => ?)
      returning name
      """;

  static final String ANSWERED =
      """
      update backend b
      set down_until = '-infinity',
          full_until = case when before.failing then now() else b.full_until end
      from (select name, failing_since is not null as failing
            from backend where name = ? for update) as before
      where b.name = before.name
      returning before.failing
      """;

  static final String RECOVERED =
      """
      update backend
      set failing_since = null, failing_reason = null
      where name = ?
      returning name
      """;

  static final String FAILED =
      """
      insert into backend as b (name, failing_since, failing_reason, full_until)
      values (?, now(), ?, now() + make_interval(secs => ?))
      on conflict (name) do update
      set failing_since = coalesce(b.failing_since, now()),
          failing_reason = excluded.failing_reason,
          full_until = greatest(b.full_until, excluded.full_until),
          down_until = case
            when b.failing_since <= now() - make_interval(secs => ?)
            then now() + make_interval(secs => ?)
            else b.down_until end
      returning name
      """;

  static final String CLOSE =
      """
      insert into backend as b (name, full_until)
      values (?, now() + make_interval(secs => ?))
      on conflict (name) do update
      set full_until = greatest(b.full_until, excluded.full_until)
      returning name
      """;
}
