-- Which run holds a place on which backend, how the backends are, what callers write to agents, and
-- what agents leave.

alter table run
  add column priority    integer not null default 0,
  add column place       text,
  add column place_epoch bigint,
  add column hinted_at   timestamptz not null default '-infinity',
  add constraint run_priority_range check (priority between -100 and 100),
  add constraint run_place_whole check ((place is null) = (place_epoch is null));

comment on column run.hinted_at is 'the time to which a push from its backend last brought its next look forward';
comment on column run.place is 'the backend on which it holds a place for its agent';
comment on column run.place_epoch is 'its poll_epoch at its admission: no look up to this one has asked the backend for anything';

update run
set place = backend, place_epoch = 0
where backend is not null
  and agent_state in ('absent', 'preparing', 'prepared', 'starting', 'working', 'interrupted');

create index run_place on run (place, project_id) where place is not null;
comment on index run_place is 'admit: how many places of each backend are held, and by which projects';

create index run_queue on run (project_id, priority desc, created_at, id) where status = 'QUEUED' and place is null;
comment on index run_queue is 'admit: who waits for a place, project by project';

create index run_queue_rank on run ((-priority), created_at, id) where status = 'QUEUED' and place is null;
comment on index run_queue_rank is 'queue position: who waits before a run';

alter table run drop constraint run_reason_word, add constraint run_reason_word check (reason_code in (
  'answered_in_text', 'confirmation_wanted', 'paused',
  'backend_unreachable', 'backend_unauthorized', 'backend_error', 'backend_bad_answer', 'backend_changed',
  'backend_full', 'conversation_missing', 'start_unclear',
  'start_refused', 'start_failed', 'option_unsupported', 'profile_unknown', 'clone_failed', 'conversation_lost',
  'agent_error', 'agent_rejected', 'sandbox_failed', 'agent_stuck',
  'agent_interrupted', 'iteration_limit', 'budget_limit', 'llm_authentication', 'llm_quota', 'llm_unavailable',
  'llm_refused', 'context_limit', 'no_pull_request', 'pull_request_closed',
  'never_started', 'start_timeout', 'stalled', 'run_timeout',
  'cancel_requested', 'stop_unconfirmed'));

alter table run_event drop constraint run_event_type_word, add constraint run_event_type_word check (type in (
  'run.created', 'run.moved', 'run.corrected', 'run.progressed',
  'conversation.started', 'conversation.resumed', 'conversation.doubled',
  'message.accepted', 'message.delivered', 'message.refused',
  'agent.status_unknown', 'agent.ended', 'results.collected', 'results.lost',
  'backend.changed', 'backend.silent', 'backend.answered',
  'pull_request.linked', 'pull_request.updated', 'pull_request.duplicate', 'pull_request.mentioned',
  'branch.pushed', 'review.submitted', 'comment.created', 'ci.finished'));

create table run_message (
  run_id          uuid        not null constraint run_message_run_fk references run on delete cascade,
  seq             integer     not null,
  text            text,
  accept          boolean,
  earlier         integer     not null,
  asked_epoch     bigint      not null,
  state           text        not null,
  tried_at        timestamptz,
  idempotency_key text,
  request_sha256  text,
  created_at      timestamptz not null,

  constraint run_message_pk primary key (run_id, seq),
  constraint run_message_seq_positive check (seq > 0),
  constraint run_message_says_something check (text is not null or accept is not null),
  constraint run_message_state_word check (state in ('wanted', 'delivered', 'refused')),
  constraint run_message_idempotency_whole check ((idempotency_key is null) = (request_sha256 is null)),
  constraint run_message_request_sha256_shape check (request_sha256 ~ '^[0-9a-f]{64}$')
);
comment on column run_message.earlier is 'how many messages before it, the prompt included, had the same text';
comment on column run_message.asked_epoch is 'the run''s poll_epoch when it was accepted: no look up to this one has sent it';
comment on index run_message_pk is 'accept: the number of the next message';

create unique index run_message_idempotency_key on run_message (run_id, idempotency_key) where idempotency_key is not null;
comment on index run_message_idempotency_key is 'decides which of several messages with one Idempotency-Key is the first; serves the replay';

create index run_message_wanted on run_message (run_id, seq) where state = 'wanted';
comment on index run_message_wanted is 'every reading of a run: its oldest message that the agent has not got';

create index run_result_commit on run ((result ->> 'commit'));
comment on index run_result_commit is 'linking: whose agent left this commit';

create table run_artifact (
  run_id     uuid        not null constraint run_artifact_run_fk references run on delete cascade,
  name       text        not null,
  media_type text        not null,
  size       bigint      not null,
  sha256     text        not null,
  truncated  boolean     not null,
  bytes      bytea,
  created_at timestamptz not null,

  constraint run_artifact_pk primary key (run_id, name),
  constraint run_artifact_name_shape check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$'),
  constraint run_artifact_size_range check (size between 0 and 5242880),
  constraint run_artifact_sha256_shape check (sha256 ~ '^[0-9a-f]{64}$')
);
comment on column run_artifact.bytes is 'null where the bytes are kept outside the database';
comment on index run_artifact_pk is 'the artifacts of a run by name';

create table backend (
  name           text        not null constraint backend_pk primary key,
  dialect        text,
  full_until     timestamptz not null default '-infinity',
  probed_at      timestamptz not null default '-infinity',
  failing_since  timestamptz,
  failing_reason text,
  down_until     timestamptz not null default '-infinity',

  constraint backend_dialect_word check (dialect in ('agent-server', 'app-v1', 'app-v0')),
  constraint backend_failing_whole check ((failing_since is null) = (failing_reason is null)),
  constraint backend_failing_reason_word check (failing_reason in (
    'backend_unreachable', 'backend_unauthorized', 'backend_error', 'backend_bad_answer', 'backend_changed'))
);
comment on table backend is 'how the configured backends are; its rows are locked while places are given away';
comment on column backend.dialect is 'which API it was last found to speak';
comment on column backend.full_until is 'it was full or silent: nothing is admitted to it before this';
comment on column backend.probed_at is 'when somebody last began to probe it';
comment on column backend.failing_since is 'the first of the probes that failed since one was answered';
comment on column backend.down_until is 'its runs are held until this: probes have failed for long enough';
comment on index backend_pk is 'claim: whether the backend of a run is down';
