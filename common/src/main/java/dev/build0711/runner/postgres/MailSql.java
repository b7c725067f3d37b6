package dev.build0711.runner.postgres;

/// The statements about callers' messages and backends' hints.
final class MailSql {

  private MailSql() {}

  /// The first two parameters are the text of the message to come and the key of its request.
  static final String MAILBOX =
      """
      select r.*,
             (select jsonb_agg(to_jsonb(p) order by p.position)
              from pull_request p where p.run_id = r.id) as pull_requests,
             (select to_jsonb(m)
              from run_message m where m.run_id = r.id and m.state = 'wanted'
              order by m.seq limit 1) as message,
             mail.messages, mail.waiting, mail.same,
             (select to_jsonb(m)
              from run_message m
              where m.run_id = r.id and m.idempotency_key = asked.key) as first_message
      from run r
      cross join (values (?::text, ?::text)) as asked (text, key)
      cross join lateral (
        select
          count(*) as messages,
          count(*) filter (where m.state = 'wanted') as waiting,
          count(*) filter (
            where m.text = asked.text and m.accept is null and m.state <> 'refused') as same
        from run_message m
        where m.run_id = r.id) as mail
      where r.id = ?
      """;

  /// Follows [ChangeSql#APPLY] in its transaction, which keeps the run from being claimed between.
  static final String ACCEPT =
      """
      insert into run_message (
        run_id, seq, text, accept, earlier, asked_epoch, state,
        idempotency_key, request_sha256, created_at)
      select r.id, m.*
      from run r
      cross join lateral (
        values (
          ?::integer, ?::text, ?::boolean, ?::integer, r.poll_epoch, ?::text,
          ?::text, ?::text, ?::timestamptz)) as m
      where r.id = ?
      returning seq
      """;

  /// While a look is under way its run is due already: `wake_no` tells it that another has to
  /// follow.
  static final String HINT =
      """
      update run r
      set next_poll_at = greatest(now(), r.hinted_at + interval '1 second'),
          hinted_at = greatest(now(), r.hinted_at + interval '1 second'),
          wake_no = r.wake_no + 1
      where lower(replace(r.conversation_id, '-', '')) = ?
        and (r.next_poll_at > greatest(now(), r.hinted_at) + interval '1 second'
          or (r.lease_until > now() and r.hinted_at <= now()))
      returning r.id, r.wake_no, r.next_poll_at
      """;
}
