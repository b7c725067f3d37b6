-- What git hosts have delivered: one row for each delivery, however often it was repeated.

create table webhook_delivery (
  source        text        not null,
  key           text        not null,
  event         text        not null,
  body_sha256   text        not null,
  git_provider  text,
  git_host      text,
  repository    text,
  repository_id bigint,
  outcome       text        not null,
  effect        text        not null,
  run_id        uuid        constraint webhook_delivery_run_fk references run on delete set null,
  rule          text,
  facts         jsonb       not null,
  received_at   timestamptz not null,

  constraint webhook_delivery_pk primary key (source, key),
  constraint webhook_delivery_body_sha256_shape check (body_sha256 ~ '^[0-9a-f]{64}$'),
  constraint webhook_delivery_git_provider_word check (git_provider in ('github', 'gitlab')),
  constraint webhook_delivery_repository_whole check (
    num_nonnulls(git_provider, git_host, repository) in (0, 3)
    and (repository_id is null or repository is not null)),
  constraint webhook_delivery_outcome_word check (outcome in ('applied', 'duplicate', 'ignored', 'unlinked')),
  constraint webhook_delivery_rule_word check (
    rule in ('marker', 'branch', 'conversation_link', 'backend', 'head_sha'))
);
comment on index webhook_delivery_pk is 'decides which of several repetitions is the first; serves find';

create index webhook_delivery_by_run on webhook_delivery (run_id) where run_id is not null;
comment on index webhook_delivery_by_run is 'the foreign key, when a run is deleted';
