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
