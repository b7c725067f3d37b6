drop table backend;
drop table run_artifact;
drop index run_result_commit;
drop table run_message;

delete from run_event
where type in ('message.accepted', 'message.delivered', 'message.refused', 'results.collected', 'results.lost', 'backend.changed');

alter table run_event drop constraint run_event_type_word, add constraint run_event_type_word check (type in (
  'run.created', 'run.moved', 'run.corrected', 'run.progressed',
  'conversation.started', 'conversation.resumed', 'conversation.doubled',
  'agent.status_unknown', 'agent.ended', 'backend.silent', 'backend.answered',
  'pull_request.linked', 'pull_request.updated', 'pull_request.duplicate', 'pull_request.mentioned',
  'branch.pushed', 'review.submitted', 'comment.created', 'ci.finished'));

-- the former release does not know these reasons
update run
set reason_code = case reason_code
  when 'backend_changed' then 'backend_bad_answer'
  when 'start_failed' then 'start_refused'
  when 'option_unsupported' then 'start_refused'
  else 'agent_error' end
where reason_code in ('backend_changed', 'start_failed', 'option_unsupported', 'agent_rejected', 'sandbox_failed');

alter table run drop constraint run_reason_word, add constraint run_reason_word check (reason_code in (
  'answered_in_text', 'confirmation_wanted', 'paused',
  'backend_unreachable', 'backend_unauthorized', 'backend_error', 'backend_bad_answer', 'backend_full',
  'conversation_missing', 'start_unclear',
  'start_refused', 'profile_unknown', 'clone_failed', 'conversation_lost', 'agent_error', 'agent_stuck',
  'agent_interrupted', 'iteration_limit', 'budget_limit', 'llm_authentication', 'llm_quota', 'llm_unavailable',
  'llm_refused', 'context_limit', 'no_pull_request', 'pull_request_closed',
  'never_started', 'start_timeout', 'stalled', 'run_timeout',
  'cancel_requested', 'stop_unconfirmed'));

alter table run
  drop column priority,
  drop column place,
  drop column place_epoch,
  drop column hinted_at;
