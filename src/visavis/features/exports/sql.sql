-- name: schema
create table if not exists export_run (
    id bigint generated always as identity primary key,
    object text,
    format text not null check (format in ('csv', 'xlsx', 'parquet', 'zip')),
    query jsonb not null default '{}',
    filename text not null,
    path text,
    rows bigint,
    size bigint,
    notes jsonb not null default '[]',
    job_id bigint,
    role text not null,
    created_by bigint,
    created_at timestamptz not null default now(),
    finished_at timestamptz,
    expires_at timestamptz not null default now() + interval '3 days'
);
alter table export_run add column if not exists made_as text;
alter table export_run add column if not exists outlook text;
create index if not exists export_run_maker on export_run (created_by, id desc);

-- Which workspace a record comes from that has no external id: "<identity>/<id>" is its key elsewhere.
insert into setting (key, value) values ('identity', to_jsonb(left(replace(gen_random_uuid()::text, '-', ''), 12)))
on conflict (key) do nothing;

-- A cell that no spreadsheet takes for a formula. One apostrophe more where there are some, so that one less undoes it.
-- Not strict: PostgreSQL would call it for each cell instead of writing it into the query.
create or replace function neutral(value text) returns text
language sql immutable parallel safe
as $$
    select case when ascii(value) in (39, 61, 43, 45, 64, 9, 10, 13, 65291, 65293, 65309, 65312)
            and value ~ '^''*[=+\-@\t\n\r＋－＝＠]'
        then '''' || value else value end
$$;

-- The options of a field in one cell.
create or replace function in_one_cell(options text[]) returns text
language sql stable parallel safe
as $$
    select case when array_to_string(options, '') ~ '[;^\[]' then array_to_json(options)::text
        else array_to_string(options, ';') end
$$;

-- name: add
insert into export_run (object, format, query, filename, role, created_by) values ($1, $2, $3, $4, $5, $6) returning id

-- name: set_job
update export_run set job_id = $2 where id = $1

-- name: one
select e.id, e.object, e.format, e.query, e.filename, e.path, e.rows, e.size, e.notes, e.job_id, e.role, e.made_as, e.outlook,
    e.created_by, e.created_at, e.finished_at, e.expires_at, e.expires_at < now() as expired, j.state as job_state, j.error
from export_run e left join job j on j.id = e.job_id
where e.id = $1

-- name: listed
select e.id, e.object, e.format, e.query, e.filename, e.path, e.rows, e.size, e.notes, e.job_id, e.role, e.made_as, e.outlook,
    e.created_by, e.created_at, e.finished_at, e.expires_at, e.expires_at < now() as expired, j.state as job_state, j.error
from export_run e left join job j on j.id = e.job_id
where $1::bigint is null or e.created_by = $1
order by e.id desc limit 100

-- name: finish
update export_run
set path = $2, rows = $3, size = $4, notes = $5, made_as = $6, outlook = $7, finished_at = now(), expires_at = now() + interval '3 days'
where id = $1

-- name: remove
delete from export_run where id = $1

-- name: expired
select id, path from export_run where expires_at < now()

-- name: paths
select path from export_run where path is not null

-- name: gone
delete from export_run where expires_at < now()

-- name: identity
select value #>> '{}' from setting where key = 'identity'
