drop index run_repository_path;
create index run_repository_path on run (git_host, lower(repository)) where repository_id is null;
comment on index run_repository_path is 'rename: the runs of a repository whose id is not known yet';

drop index run_repository_id;
create index run_repository_id on run (git_host, repository_id) where repository_id is not null;
comment on index run_repository_id is 'rename: the runs of a repository whose id is known';

alter table run drop column looked_up_at;

drop index webhook_delivery_received;
drop index webhook_delivery_given_up;
drop index webhook_delivery_waiting;
alter table webhook_delivery drop column tried_at;
