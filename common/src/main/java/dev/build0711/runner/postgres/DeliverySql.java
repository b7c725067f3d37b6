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
        outcome, effect, run_id, rule, facts, received_at, tried_at)
      values (
        ?, ?, ?, ?, ?, ?, ?, ?,
        ?, ?, ?, ?, ?::jsonb, ?, case when ?::boolean then now() end)
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

  /// One step of an index for each repository that has deliveries waiting, one for the newest
  /// change to a run of it, and then no more of its deliveries than are asked for.
  static final String WAITING =
      """
      with recursive repository (git_host, path, id) as (
        (select git_host, lower(repository), coalesce(repository_id, 0)
         from webhook_delivery
         where tried_at is not null
         order by git_host, lower(repository), coalesce(repository_id, 0)
         limit 1)
        union all
        select next.git_host, next.path, next.id
        from repository
        cross join lateral (
          select d.git_host, lower(d.repository) as path, coalesce(d.repository_id, 0) as id
          from webhook_delivery d
          where d.tried_at is not null
            and (d.git_host, lower(d.repository), coalesce(d.repository_id, 0))
              > (repository.git_host, repository.path, repository.id)
          order by d.git_host, lower(d.repository), coalesce(d.repository_id, 0)
          limit 1) next),
      moved as (
        select repository.git_host, repository.path, repository.id,
               greatest(
                 (select r.updated_at
                  from run r
                  where r.git_host = repository.git_host and r.repository_id = repository.id
                    and r.repository_id is not null
                  order by r.updated_at desc limit 1),
                 (select r.updated_at
                  from run r
                  where r.git_host = repository.git_host and lower(r.repository) = repository.path
                    and r.repository_id is null
                  order by r.updated_at desc limit 1)) as at
        from repository)
      select d.*, now() as read_at
      from (values (?::float8, ?::float8, ?::integer)) as bound (skew, age, most)
      cross join moved
      cross join lateral (
        select *
        from webhook_delivery d
        where d.tried_at is not null
          and d.git_host = moved.git_host and lower(d.repository) = moved.path
          and coalesce(d.repository_id, 0) = moved.id
          and d.tried_at < moved.at + make_interval(secs => bound.skew)
          and d.received_at > now() - make_interval(secs => bound.age)
        order by d.tried_at
        limit bound.most) d
      order by d.tried_at
      limit ?
      """;

  /// Holds while nobody else has tried the delivery since.
  static final String SETTLE =
      """
      update webhook_delivery
      set outcome = ?, effect = ?, run_id = ?, rule = ?,
          tried_at = case when ?::boolean then ?::timestamptz end
      where source = ? and key = ? and tried_at = ?
      returning key
      """;

  static final String PRUNE =
      """
      with given_up as (
        update webhook_delivery
        set tried_at = null
        where ctid = any (array (
          select ctid
          from webhook_delivery
          where tried_at is not null
            and received_at <= now() - make_interval(secs => ?)
            and received_at > now() - make_interval(secs => ?)
          order by received_at
          limit ?
          for update skip locked))
        returning 1),
      removed as (
        delete from webhook_delivery
        where ctid = any (array (
          select ctid
          from webhook_delivery
          where received_at <= now() - make_interval(secs => ?)
          order by received_at
          limit ?
          for update skip locked))
        returning 1)
      select greatest(
        (select count(*) from given_up), (select count(*) from removed))::integer as pruned
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
