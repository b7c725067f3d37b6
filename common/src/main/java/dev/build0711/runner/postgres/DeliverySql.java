package dev.build0711.runner.postgres;

/// The statements about deliveries.
final class DeliverySql {

  private DeliverySql() {}

  static final String FIND =
      """
      select * from webhook_delivery where source = ? and key = ?
      """;

  static final String INSERT =
      """
      insert into webhook_delivery (
        source, key, event, body_sha256, git_provider, git_host, repository, repository_id,
        outcome, effect, run_id, rule, facts, received_at)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?)
      on conflict (source, key) do nothing
      returning key
      """;

  /// One branch a clue, each read from an index of its own; where they name too many runs, those of
  /// the stronger clues are kept.
  static final String CANDIDATES =
      """
      with clue as (
        select ?::text as host, ?::bigint as repository_id, lower(?::text) as repository,
               ?::bigint[] as numbers, ?::text[] as shas, ?::uuid[] as runs,
               ?::text[] as conversations, ?::text[] as urls),
      hit as (
        (select p.run_id as id, 1 as strength
         from clue
         cross join unnest(clue.numbers) as wanted (number)
         join pull_request p
           on p.git_host = clue.host and p.repository_id = clue.repository_id
             and p.number = wanted.number
         where p.repository_id is not null
         limit 50)
        union all
        (select p.run_id, 1
         from clue
         cross join unnest(clue.numbers) as wanted (number)
         join pull_request p
           on p.git_host = clue.host and lower(p.repository) = clue.repository
             and p.number = wanted.number
         where p.repository_id is null or clue.repository_id is null
         limit 50)
        union all
        (select r.id, 2
         from clue
         cross join unnest(clue.runs) as wanted (id)
         join run r on r.id = wanted.id
         limit 50)
        union all
        (select r.id, 3
         from clue
         cross join unnest(clue.conversations) as wanted (id)
         join run r on lower(replace(r.conversation_id, '-', '')) = wanted.id
         limit 50)
        union all
        (select r.id, 4
         from clue
         cross join unnest(clue.urls) as wanted (url)
         join run r on r.mentioned_urls @> array[wanted.url]
         where r.mentioned_urls <> '{}'
         limit 50)
        union all
        (select p.run_id, 5
         from clue
         cross join unnest(clue.shas) as wanted (sha)
         join pull_request p on p.head_sha = wanted.sha
         where p.git_host = clue.host
         limit 50)
        union all
        (select r.id, 6
         from clue
         cross join unnest(clue.shas) as wanted (sha)
         join run r on r.result ->> 'commit' = wanted.sha
         where r.git_host = clue.host
         limit 50)),
      best as (
        select id, min(strength) as strength
        from hit group by id order by min(strength), id desc limit 50)
      select r.*,
             (select jsonb_agg(to_jsonb(p) order by p.position)
              from pull_request p where p.run_id = r.id) as pull_requests,
             (select to_jsonb(m)
              from run_message m where m.run_id = r.id and m.state = 'wanted'
              order by m.seq limit 1) as message
      from best join run r on r.id = best.id
      order by best.strength, best.id desc
      """;

  /// `updated_at` moves because callers are shown the name.
  static final String RENAME =
      """
      with renamed as (
        select ?::text as repository, ?::bigint as repository_id, ?::text as host,
               lower(?::text) as old_repository),
      run_by_id as (
        update run r
        set repository = renamed.repository, version = r.version + 1, updated_at = now()
        from renamed
        where r.git_host = renamed.host and r.repository_id = renamed.repository_id
          and r.repository_id is not null),
      run_by_path as (
        update run r
        set repository = renamed.repository, repository_id = renamed.repository_id,
            version = r.version + 1, updated_at = now()
        from renamed
        where r.git_host = renamed.host and lower(r.repository) = renamed.old_repository
          and r.repository_id is null),
      pull_request_by_id as (
        update pull_request p
        set repository = renamed.repository
        from renamed
        where p.git_host = renamed.host and p.repository_id = renamed.repository_id
          and p.repository_id is not null),
      pull_request_by_path as (
        update pull_request p
        set repository = renamed.repository, repository_id = renamed.repository_id
        from renamed
        where p.git_host = renamed.host and lower(p.repository) = renamed.old_repository
          and p.repository_id is null)
      select repository from renamed
      """;
}
