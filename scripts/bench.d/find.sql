select r.id, r.project_id, r.title, r.repository, r.branch, r.metadata,
       r.status, r.reason_code, r.reason_since, r.phase, r.revision,
       r.started_at, r.finished_at, r.deadline_at,
       r.percent, jsonb_array_length(r.attempts) as attempts, r.created_at, r.updated_at,
       (select jsonb_agg(to_jsonb(p) order by p.position)
        from pull_request p where p.run_id = r.id) as pull_requests
from run r
where r.id = ?
