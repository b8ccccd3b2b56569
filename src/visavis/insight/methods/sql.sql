-- name: kept
select key, owner_id, schedule, enabled from insight_method

-- name: keep
insert into insight_method (key, owner_id, schedule, enabled, updated_by) values ($1, $2, $3, $4, $5)
on conflict (key) do update set owner_id = excluded.owner_id, schedule = excluded.schedule,
    enabled = excluded.enabled, updated_by = excluded.updated_by, updated_at = now()

-- name: user_there
select true from "user" where id = $1 and deleted_at is null

-- name: note
insert into insight_method_change (method, actor_id, changes) values ($1, $2, $3)

-- name: last_runs
select method, max(finished_at) as finished_at from insight_run group by method

-- name: anything
select exists (select from invoice_line where deleted_at is null)
    or exists (select from deal where stage = 'won' and deleted_at is null)

-- name: runs_of
select r.id, r.object, r.version, r.as_of, r.rows, r.seconds, r.settings, r.drift, r.warnings, r.refused,
    r.finished_at, r.actor_id, u.name as actor_name
from insight_run r left join "user" u on u.id = r.actor_id
where r.method = $1 order by r.id desc limit $2

-- name: changes_of
select c.id, c.method, c.at, c.actor_id, u.name as actor_name, c.changes
from insight_method_change c left join "user" u on u.id = c.actor_id
where c.method = $1 or c.method is null order by c.id desc limit $2

-- name: owners
select id, name from "user" where id = any($1::bigint[])

-- name: insight
select value from setting where key = 'insight'
