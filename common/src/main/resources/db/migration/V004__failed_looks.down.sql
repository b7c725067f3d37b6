delete from run_event where type in ('run.set_aside', 'run.requeued');

alter table run_event drop constraint run_event_type_word, add constraint run_event_type_word check (type in (
  'run.created', 'run.moved', 'run.corrected', 'run.progressed',
  'conversation.started', 'conversation.resumed', 'conversation.doubled',
  'message.accepted', 'message.delivered', 'message.refused',
  'agent.status_unknown', 'agent.ended', 'results.collected', 'results.lost',
  'backend.changed', 'backend.silent', 'backend.answered',
  'pull_request.linked', 'pull_request.updated', 'pull_request.duplicate', 'pull_request.mentioned',
  'branch.pushed', 'review.submitted', 'comment.created', 'ci.finished'));

-- the former release tries for ever
update run
set next_poll_at = coalesce(next_poll_at, now()),
    reason_code = case when status = 'AWAITING_INPUT' then 'paused' end,
    reason_since = case when status = 'AWAITING_INPUT' then reason_since end
where reason_code = 'set_aside';

update run set next_poll_at = now() where set_aside_at is not null and next_poll_at is null;

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

alter table run
  drop column failed_looks,
  drop column look_failure,
  drop column set_aside_at;
