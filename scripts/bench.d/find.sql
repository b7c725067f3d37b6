select r.*,
       (select jsonb_agg(to_jsonb(p) order by p.position)
        from pull_request p where p.run_id = r.id) as pull_requests
from run r
where r.id = ?
