-- name: schema
create table if not exists job (
    id bigint generated always as identity primary key,
    kind text not null,
    args jsonb not null default '{}',
    state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    priority integer not null default 0,
    run_at timestamptz not null default now(),
    attempts integer not null default 0,
    max_attempts integer not null default 3,
    worker text,
    heartbeat_at timestamptz,
    progress jsonb,
    result jsonb,
    error text,
    dedupe_key text,
    lane text,
    actor_id bigint,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    cancel_requested boolean not null default false
);
create unique index if not exists job_dedupe on job (dedupe_key) where state = 'queued' and dedupe_key is not null;
create unique index if not exists job_lane on job (lane) where state = 'running' and lane is not null;
create index if not exists job_queued on job (priority desc, run_at, id) where state = 'queued';
create index if not exists job_running on job (heartbeat_at) where state = 'running';
create index if not exists job_finished on job (finished_at) where finished_at is not null;

create table if not exists job_cron (
    kind text primary key,
    every interval not null,
    next_at timestamptz not null
);

-- name: enqueue
insert into job (kind, args, dedupe_key, run_at, actor_id, priority, lane)
values ($1, $2, $3, coalesce($4, now()), $5, $6, $7)
on conflict (dedupe_key) where state = 'queued' and dedupe_key is not null
do update set run_at = least(job.run_at, excluded.run_at), priority = greatest(job.priority, excluded.priority)
returning id

-- name: claim
with ready as (
    select id from job as mine
    where state = 'queued' and run_at <= now() and kind in (select jsonb_object_keys($2::jsonb))
      and (lane is null or not exists (
          select from job as other
          where other.lane = mine.lane
            and (other.state = 'running'
                 or (other.state = 'queued' and other.run_at <= now() and other.id < mine.id))
      ))
    order by priority desc, run_at, id
    limit $3
    for update skip locked
)
update job
set state = 'running', worker = $1, heartbeat_at = now(), started_at = coalesce(started_at, now()),
    attempts = attempts + 1, max_attempts = ($2::jsonb ->> kind)::integer, error = null
from ready
where job.id = ready.id
returning job.id, job.kind, job.args, job.state, job.attempts, job.max_attempts, job.progress,
    job.result, job.error, job.actor_id, job.run_at, job.created_at,
    job.started_at, job.finished_at, job.cancel_requested

-- name: heartbeat
update job set heartbeat_at = now()
where id = any($1::bigint[]) and worker = $2 and state = 'running'
returning id, cancel_requested

-- name: progress
update job set progress = $3, heartbeat_at = now()
where id = $1 and worker = $2 and state = 'running'
returning cancel_requested

-- name: finish
update job set state = $3, result = $4, error = null, finished_at = now(), heartbeat_at = null
where id = $1 and worker = $2 and state = 'running'
returning state

-- name: fail
update job
set state = case when attempts >= max_attempts or $4 then 'failed' else 'queued' end,
    run_at = now() + make_interval(secs => least(3600, 2 * 4 ^ (attempts - 1))),
    finished_at = case when attempts >= max_attempts or $4 then now() end,
    error = $3, heartbeat_at = null,
    dedupe_key = case when attempts >= max_attempts or $4 then dedupe_key end
where id = $1 and worker = $2 and state = 'running'
returning state

-- name: release
update job set state = 'queued', attempts = attempts - 1, run_at = now(), heartbeat_at = null, dedupe_key = null
where id = $1 and worker = $2 and state = 'running'
returning state

-- name: requeue_dead
update job
set state = case when cancel_requested then 'cancelled' when attempts >= max_attempts then 'failed' else 'queued' end,
    finished_at = case when cancel_requested or attempts >= max_attempts then now() end,
    error = case when not cancel_requested and attempts >= max_attempts
                 then format('The worker ended before the job did, %s times', attempts) end,
    heartbeat_at = null, dedupe_key = null
where state = 'running'
  and (heartbeat_at < now() - $1::interval
       or not exists (
           select from pg_locks as held
           where held.locktype = 'advisory' and held.classid = $2::bigint::oid and held.objsubid = 2 and held.granted
             and held.objid = split_part(worker, '@', 1)::bigint::oid
             and held.database = (select oid from pg_database where datname = current_database())
       ))
returning id, state

-- name: cancel
update job
set cancel_requested = true,
    state = case when state = 'queued' then 'cancelled' else state end,
    finished_at = case when state = 'queued' then now() end
where id = $1 and state in ('queued', 'running')
returning state

-- name: one
select id, kind, args, state, attempts, max_attempts, progress, result, error, actor_id, run_at, created_at, started_at,
    finished_at, cancel_requested
from job where id = $1

-- name: recent
select id, kind, args, state, attempts, max_attempts, progress, result, error, actor_id, run_at, created_at, started_at,
    finished_at, cancel_requested
from job where id < coalesce($1, 9223372036854775807) and ($3::bigint is null or actor_id = $3)
order by id desc limit $2

-- name: prune
delete from job where finished_at < now() - $1::interval

-- name: next_due
select extract(epoch from least(
    (select min(run_at) from job where state = 'queued' and kind = any($1::text[]) and run_at > now()),
    (select min(next_at) from job_cron where kind = any($1::text[]))
) - now())::float8

-- name: cron_set
insert into job_cron (kind, every, next_at) values ($1, $2, now() + $2)
on conflict (kind) do update set every = excluded.every,
    next_at = least(job_cron.next_at, now() + excluded.every)

-- name: cron_due
update job_cron set next_at = now() + every
where kind = any($1::text[]) and next_at <= now()
returning kind
