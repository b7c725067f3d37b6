drop table pull_request;
drop table run_event;
drop table run;
