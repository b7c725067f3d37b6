-- Deliveries that found no run are tried again when runs of their repository have changed, and old
-- ones go. A git host is asked for a run's pull requests now and then.

alter table webhook_delivery add column tried_at timestamptz;
comment on column webhook_delivery.tried_at is 'when a run was last looked for in vain; null where none is looked for any more';

update webhook_delivery
set tried_at = received_at
where outcome = 'unlinked' and repository is not null and received_at > now() - interval '7 days';

create index webhook_delivery_waiting
on webhook_delivery (git_host, lower(repository), coalesce(repository_id, 0), tried_at) where tried_at is not null;
comment on index webhook_delivery_waiting is 'waiting: repository by repository, those first that were not tried for longest';

create index webhook_delivery_given_up on webhook_delivery (received_at) where tried_at is not null;
comment on index webhook_delivery_given_up is 'prune: deliveries that have waited for too long';

create index webhook_delivery_received on webhook_delivery (received_at);
comment on index webhook_delivery_received is 'prune: the oldest deliveries';

alter table run add column looked_up_at timestamptz;
comment on column run.looked_up_at is 'when its git host was last asked for its pull requests';

drop index run_repository_id;
create index run_repository_id on run (git_host, repository_id, updated_at) where repository_id is not null;
comment on index run_repository_id is 'rename: the runs of a repository whose id is known; waiting: the newest change to one of them';

drop index run_repository_path;
create index run_repository_path on run (git_host, lower(repository), updated_at) where repository_id is null;
comment on index run_repository_path is 'rename: the runs of a repository whose id is not known yet; waiting: the newest change to one of them';
