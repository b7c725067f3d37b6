package dev.build0711.runner.postgres;

/// The statements about looks that came to nothing. The number in them is
/// [dev.build0711.runner.port.FailedLooks#MOST].
final class FailedLookSql {

  private FailedLookSql() {}

  static final String FAILED =
      """
      update run r
      set lease_until = '-infinity',
          look_failure = ?,
          next_poll_at = now() + make_interval(secs => least(300, 2 ^ r.failed_looks)),
          wake_no = r.wake_no + 1
      where r.id = ? and r.poll_epoch = ?
      returning r.id, r.wake_no, r.next_poll_at
      """;

  static final String SET_ASIDE =
      """
      with aside as (
        update run r
        set set_aside_at = now(), next_poll_at = null,
            reason_code = case when r.finished_at is null then 'set_aside' else r.reason_code end,
            reason_since = case when r.finished_at is null then now() else r.reason_since end,
            event_count = r.event_count + 1, version = r.version + 1, updated_at = now()
        where r.id = any (array (
          select due.id
          from run due
          where due.next_poll_at <= now()
            and due.lease_until < now()
            and due.failed_looks >= 20
          order by due.next_poll_at
          limit ?
          for update skip locked))
        returning r.id, r.failed_looks, r.look_failure, r.set_aside_at, r.event_count),
      event as (
        insert into run_event (run_id, seq, type, at, data)
        select a.id, a.event_count, ?, a.set_aside_at,
               jsonb_build_object('looks', a.failed_looks, 'failure', a.look_failure)
        from aside a)
      select id, failed_looks, look_failure, set_aside_at from aside
      """;

  static final String LIST =
      """
      select id, failed_looks, look_failure, set_aside_at
      from run
      where set_aside_at is not null
      order by set_aside_at
      limit ?
      """;

  /// A cancelled run has its time to stop again, which counts from its reason.
  static final String REQUEUE =
      """
      with again as (
        update run r
        set failed_looks = 0, look_failure = null, set_aside_at = null,
            next_poll_at = now(), wake_no = r.wake_no + 1,
            reason_code = case
              when r.reason_code <> 'set_aside' or r.status = 'AWAITING_INPUT' then r.reason_code
              when r.status = 'CANCELLING' then 'cancel_requested' end,
            reason_since = case
              when r.reason_code <> 'set_aside' or r.status = 'AWAITING_INPUT' then r.reason_since
              when r.status = 'CANCELLING' then now() end,
            event_count = r.event_count + 1, version = r.version + 1, updated_at = now()
        where r.id = ? and r.set_aside_at is not null
        returning r.id, r.event_count, r.updated_at),
      event as (
        insert into run_event (run_id, seq, type, at, data)
        select a.id, a.event_count, ?, a.updated_at, '{}' from again a)
      select id from again
      """;
}
