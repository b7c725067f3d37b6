-- Runs, what happened to them, and the pull requests that were linked to them.
-- Words in check constraints are the words of the API; a test compares them with the code.

create table run (
  id                    uuid        not null constraint run_pk primary key,
  project_id            text        not null,
  idempotency_key       text,
  request_sha256        text,

  -- what was asked for; never changes
  compiled_prompt       text        not null,
  asked_repository      jsonb,
  branch                text,
  metadata              json,
  title                 text,
  complete_on           text        not null,
  timeout_seconds       integer     not null,
  options               jsonb       not null,

  -- the repository as it is known now
  git_provider          text,
  git_host              text,
  repository            text,
  repository_id         bigint,

  -- where the run stands
  status                text        not null default 'QUEUED',
  reason_code           text,
  reason_since          timestamptz,
  phase                 text,
  revision              integer     not null default 0,
  started_at            timestamptz,
  finished_at           timestamptz,
  deadline_at           timestamptz not null,

  -- what the agent has shown of its work
  percent               integer     not null default 0,
  progress              jsonb       not null,
  usage                 jsonb       not null,
  result                jsonb       not null,

  -- what is known of the agent's side
  agent_state           text        not null,
  agent_since           timestamptz not null,
  agent_sign_of_life_at timestamptz not null,
  backend               text,
  backend_dialect       text,
  backend_version       text,
  conversation_id       text,
  agent_memory          jsonb       not null,
  mentioned_urls        text[]      not null default '{}',
  attempts              jsonb       not null,

  -- when somebody looks at it next, and who may write what was seen
  next_poll_at          timestamptz,
  wake_no               bigint      not null default 1,
  woken_at              timestamptz not null default '-infinity',
  poll_epoch            bigint      not null default 0,
  lease_until           timestamptz not null default '-infinity',

  version               bigint      not null default 1,
  event_count           integer     not null default 1,
  created_at            timestamptz not null,
  updated_at            timestamptz not null,

  constraint run_project_id_shape check (project_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$'),
  constraint run_idempotency_whole check ((idempotency_key is null) = (request_sha256 is null)),
  constraint run_request_sha256_shape check (request_sha256 ~ '^[0-9a-f]{64}$'),
  constraint run_complete_on_word check (complete_on in ('either', 'agent', 'pull_request', 'merge')),
  constraint run_timeout_positive check (timeout_seconds > 0),
  constraint run_git_provider_word check (git_provider in ('github', 'gitlab')),
  constraint run_repository_whole check (
    num_nonnulls(git_provider, git_host, repository) in (0, 3)
    and (repository_id is null or repository is not null)),
  constraint run_status_word check (status in (
    'QUEUED', 'RUNNING', 'AWAITING_INPUT', 'CANCELLING', 'COMPLETED', 'FAILED', 'CANCELLED', 'TIMED_OUT')),
  constraint run_reason_word check (reason_code in (
    'answered_in_text', 'confirmation_wanted', 'paused',
    'backend_unreachable', 'backend_unauthorized', 'backend_error', 'backend_bad_answer', 'backend_full',
    'conversation_missing', 'start_unclear',
    'start_refused', 'profile_unknown', 'clone_failed', 'conversation_lost', 'agent_error', 'agent_stuck',
    'agent_interrupted', 'iteration_limit', 'budget_limit', 'llm_authentication', 'llm_quota', 'llm_unavailable',
    'llm_refused', 'context_limit', 'no_pull_request', 'pull_request_closed',
    'never_started', 'start_timeout', 'stalled', 'run_timeout',
    'cancel_requested', 'stop_unconfirmed')),
  constraint run_reason_whole check ((reason_code is null) = (reason_since is null)),
  constraint run_reason_given check (
    reason_code is not null or status not in ('FAILED', 'TIMED_OUT', 'AWAITING_INPUT', 'CANCELLED')),
  constraint run_phase_word check (phase in (
    'starting', 'preparing', 'working', 'finalizing', 'awaiting_merge')),
  constraint run_phase_only_running check (phase is null or status = 'RUNNING'),
  constraint run_revision_not_negative check (revision >= 0),
  constraint run_finished_iff_terminal check (
    (finished_at is not null) = (status in ('COMPLETED', 'FAILED', 'CANCELLED', 'TIMED_OUT'))),
  constraint run_percent_range check (percent between 0 and 100),
  constraint run_percent_100_iff_completed check ((percent = 100) = (status = 'COMPLETED')),
  constraint run_agent_state_word check (agent_state in (
    'absent', 'preparing', 'prepared', 'starting', 'working', 'waiting', 'interrupted', 'finished', 'failed',
    'stopped', 'lost')),
  constraint run_conversation_whole check (
    num_nonnulls(backend, backend_dialect, conversation_id) in (0, 3)
    and (backend_version is null or conversation_id is not null)),
  constraint run_counts_positive check (version > 0 and event_count > 0 and wake_no > 0 and poll_epoch >= 0)
);

comment on column run.asked_repository is 'the repository as the caller named it; repository is what it is called now';
comment on column run.metadata is 'the caller''s own JSON, as written: jsonb would change its numbers';
comment on column run.woken_at is 'when the sweep last woke the run';
comment on column run.poll_epoch is 'raised by every claim; a poll''s writes hold only while it is still theirs';

create unique index run_idempotency_key on run (project_id, idempotency_key) where idempotency_key is not null;
comment on index run_idempotency_key is 'decides which of several creates with one Idempotency-Key is the first; serves the replay';

create index run_by_status on run (status, created_at desc, id desc);
comment on index run_by_status is 'list: by status, a branch for each status';

create index run_by_project_status on run (project_id, status, created_at desc, id desc);
comment on index run_by_project_status is 'list: by project and status, a branch for each pair';

create index run_due on run (next_poll_at) where next_poll_at is not null;
comment on index run_due is 'claimDue and overdue: what has waited longest';

-- not a partial one: the planner knows how selective an expression is from whole indices only
create index run_conversation on run (lower(replace(conversation_id, '-', '')));
comment on index run_conversation is 'candidates: by conversation, however its id is written';

create index run_mentioned_url on run using gin (mentioned_urls) where mentioned_urls <> '{}';
comment on index run_mentioned_url is 'candidates: by a pull request that the agent named';

create index run_repository_id on run (git_host, repository_id) where repository_id is not null;
comment on index run_repository_id is 'rename: the runs of a repository whose id is known';

create index run_repository_path on run (git_host, lower(repository)) where repository_id is null;
comment on index run_repository_path is 'rename: the runs of a repository whose id is not known yet';

create table run_event (
  run_id uuid        not null constraint run_event_run_fk references run on delete cascade,
  seq    integer     not null,
  type   text        not null,
  at     timestamptz not null,
  data   jsonb       not null,

  constraint run_event_pk primary key (run_id, seq),
  constraint run_event_seq_positive check (seq > 0),
  constraint run_event_type_word check (type in (
    'run.created', 'run.moved', 'run.corrected', 'run.progressed',
    'conversation.started', 'conversation.resumed', 'conversation.doubled',
    'agent.status_unknown', 'agent.ended', 'backend.silent', 'backend.answered',
    'pull_request.linked', 'pull_request.updated', 'pull_request.duplicate', 'pull_request.mentioned',
    'branch.pushed', 'review.submitted', 'comment.created', 'ci.finished'))
);
comment on index run_event_pk is 'events: the newest of a run';

create table pull_request (
  run_id             uuid        not null constraint pull_request_run_fk references run on delete cascade,
  position           integer     not null,
  git_provider       text        not null,
  git_host           text        not null,
  repository         text        not null,
  repository_id      bigint,
  number             bigint      not null,
  url                text        not null,
  state              text        not null,
  draft              boolean     not null,
  head_branch        text        not null,
  head_sha           text        not null,
  head_repository_id bigint,
  merge_commit_sha   text,
  created_at         timestamptz not null,
  updated_at         timestamptz not null,
  rule               text        not null,
  linked_at          timestamptz not null,

  constraint pull_request_pk primary key (run_id, position),
  constraint pull_request_position_not_negative check (position >= 0),
  constraint pull_request_git_provider_word check (git_provider in ('github', 'gitlab')),
  constraint pull_request_state_word check (state in ('open', 'closed', 'merged')),
  constraint pull_request_rule_word check (rule in ('marker', 'branch', 'conversation_link', 'backend', 'head_sha'))
);
comment on column pull_request.position is 'its place among those of its run, from 0, in the order of linking';
comment on index pull_request_pk is 'every reading of a run: its pull requests in order';

create index pull_request_by_repository_id on pull_request (git_host, repository_id, number) where repository_id is not null;
comment on index pull_request_by_repository_id is 'candidates and rename: by a repository''s id';

create index pull_request_by_repository on pull_request (git_host, lower(repository), number);
comment on index pull_request_by_repository is 'candidates and rename: by a repository''s name where its id is not known';

create index pull_request_by_head on pull_request (head_sha);
comment on index pull_request_by_head is 'candidates: by commit';
