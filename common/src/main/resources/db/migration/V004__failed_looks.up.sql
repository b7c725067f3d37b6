-- Runs at which the runner itself failed again and again are set aside.

alter table run
  add column failed_looks integer not null default 0,
  add column look_failure text,
  add column set_aside_at timestamptz,
  add constraint run_failed_looks_not_negative check (failed_looks >= 0);

comment on column run.failed_looks is 'claims since a look has last stored something; a claim counts as failed until then';
comment on column run.look_failure is 'what the last look met that came to nothing; nothing of what users wrote';
comment on column run.set_aside_at is 'since when nobody looks at it any more, until it is put back by hand';

create index run_set_aside on run (set_aside_at) where set_aside_at is not null;
comment on index run_set_aside is 'list: the runs that are set aside';

alter table run drop constraint run_reason_word, add constraint run_reason_word check (reason_code in (
  'answered_in_text', 'confirmation_wanted', 'paused',
  'backend_unreachable', 'backend_unauthorized', 'backend_error', 'backend_bad_answer', 'backend_changed',
  'backend_full', 'conversation_missing', 'start_unclear', 'set_aside',
  'start_refused', 'start_failed', 'option_unsupported', 'profile_unknown', 'clone_failed', 'conversation_lost',
  'agent_error', 'agent_rejected', 'sandbox_failed', 'agent_stuck',
  'agent_interrupted', 'iteration_limit', 'budget_limit', 'llm_authentication', 'llm_quota', 'llm_unavailable',
  'llm_refused', 'context_limit', 'no_pull_request', 'pull_request_closed',
  'never_started', 'start_timeout', 'stalled', 'run_timeout',
  'cancel_requested', 'stop_unconfirmed'));

alter table run_event drop constraint run_event_type_word, add constraint run_event_type_word check (type in (
  'run.created', 'run.moved', 'run.corrected', 'run.progressed', 'run.set_aside', 'run.requeued',
  'conversation.started', 'conversation.resumed', 'conversation.doubled',
  'message.accepted', 'message.delivered', 'message.refused',
  'agent.status_unknown', 'agent.ended', 'results.collected', 'results.lost',
  'backend.changed', 'backend.silent', 'backend.answered',
  'pull_request.linked', 'pull_request.updated', 'pull_request.duplicate', 'pull_request.mentioned',
  'branch.pushed', 'review.submitted', 'comment.created', 'ci.finished'));
