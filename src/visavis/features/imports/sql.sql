-- name: schema
create table if not exists import_run (
    id bigint generated always as identity primary key,
    filename text not null,
    format text not null,
    path text not null,
    sha256 text not null,
    size bigint not null,
    rows_expected bigint not null default 0,
    state text not null default 'draft'
        check (state in ('draft', 'checking', 'checked', 'running', 'done', 'failed', 'rolling_back', 'rolled_back')),
    columns jsonb not null default '[]',
    options jsonb not null,
    plan jsonb,
    proposals jsonb not null default '[]',
    fingerprint text not null,
    currency text not null,
    counts jsonb not null default '{}',
    staged jsonb,
    step jsonb,
    token text,
    cancel_requested boolean not null default false,
    job_id bigint,
    error text,
    created_by bigint,
    created_at timestamptz not null default now(),
    finished_at timestamptz
);
alter table import_run add column if not exists batch_ids bigint[] not null default '{}';
alter table import_run add column if not exists undone jsonb;
do $$
begin
    if exists (select from pg_constraint where conrelid = 'import_run'::regclass and conname = 'import_run_state_check'
            and pg_get_constraintdef(oid) not like '%rolling_back%') then
        alter table import_run drop constraint import_run_state_check;
        alter table import_run add constraint import_run_state_check check (state in
            ('draft', 'checking', 'checked', 'running', 'done', 'failed', 'rolling_back', 'rolled_back'));
    end if;
end
$$;
create table if not exists import_problem (
    import_id bigint not null references import_run (id) on delete cascade,
    phase text not null check (phase in ('cells', 'records')),
    row_no bigint not null,
    target text not null,
    column_name text not null,
    value text not null,
    code text not null,
    message text not null,
    remedy text not null,
    key text
);
alter table import_problem add column if not exists note boolean not null default false;
create index if not exists import_problem_row on import_problem (import_id, row_no);
create table if not exists import_mapping (
    fingerprint text not null,
    plan jsonb not null,
    options jsonb not null default '{}',
    used_by bigint,
    used_at timestamptz not null default now()
);
alter table import_mapping drop constraint if exists import_mapping_pkey;
create unique index if not exists import_mapping_own on import_mapping (fingerprint, coalesce(used_by, 0));
create table if not exists import_set (
    id bigint generated always as identity primary key,
    imports bigint[] not null,
    state text not null default 'running' check (state in ('running', 'done', 'rolled_back')),
    report jsonb,
    job_id bigint,
    created_by bigint,
    created_at timestamptz not null default now()
);
alter table import_set add column if not exists make_fields boolean not null default false;

-- name: create
insert into import_run
    (filename, format, path, sha256, size, rows_expected, columns, options, plan, proposals, fingerprint, currency,
     created_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
returning id, filename, format, path, sha256, size, rows_expected, state, columns, options, plan, proposals, fingerprint,
    currency, counts, staged, step, token, cancel_requested, job_id, error, created_by, created_at, finished_at, batch_ids, undone

-- name: read
select id, filename, format, path, sha256, size, rows_expected, state, columns, options, plan, proposals, fingerprint,
    currency, counts, staged, step, token, cancel_requested, job_id, error, created_by, created_at, finished_at, batch_ids, undone
from import_run where id = $1

-- name: listed
select id, filename, format, path, sha256, size, rows_expected, state, columns, options, plan, proposals, fingerprint,
    currency, counts, staged, step, token, cancel_requested, job_id, error, created_by, created_at, finished_at, batch_ids, undone
from import_run where ($1::bigint is null or created_by = $1) order by id desc limit $2

-- name: set_plan
update import_run
set plan = $2, options = $3, columns = $4, state = 'draft', staged = null, step = null, error = null, counts = '{}'
where id = $1 and state in ('draft', 'checked', 'failed', 'done', 'rolled_back')
returning id, filename, format, path, sha256, size, rows_expected, state, columns, options, plan, proposals, fingerprint,
    currency, counts, staged, step, token, cancel_requested, job_id, error, created_by, created_at, finished_at, batch_ids, undone

-- name: set_job
update import_run set job_id = $2, cancel_requested = false, error = null where id = $1 returning id, filename, format, path, sha256, size, rows_expected, state, columns, options, plan, proposals, fingerprint,
    currency, counts, staged, step, token, cancel_requested, job_id, error, created_by, created_at, finished_at, batch_ids, undone

-- name: begin
update import_run
set state = $2, token = $3, error = null, cancel_requested = false, finished_at = null
where id = $1
returning id, filename, format, path, sha256, size, rows_expected, state, columns, options, plan, proposals, fingerprint,
    currency, counts, staged, step, token, cancel_requested, job_id, error, created_by, created_at, finished_at, batch_ids, undone

-- name: add_batch
update import_run set batch_ids = batch_ids || $3::bigint where id = $1 and token = $2

-- name: begin_rollback
update import_run
set state = 'rolling_back', token = $2, error = null, cancel_requested = false, finished_at = null, step = null,
    staged = null, undone = case when state in ('rolling_back', 'failed') then undone end
where id = $1

-- name: open_batches
select id from batch where id = any($1::bigint[]) and undone_at is null order by id desc

-- name: left_to_undo
select (select count(*) from before_image where batch_id = any($1::bigint[])) + (
    select count(*) from event e join batch b on b.id = e.batch_id
    where b.id = any($1::bigint[]) and b.undone_at is null and e.kind = 'created'
        and (b.undo_below is null or e.seq < b.undo_below))

-- name: set_undone
update import_run set undone = $3 where id = $1 and token = $2

-- name: objects_of
select distinct object from event where batch_id = any($1::bigint[])

-- name: hold
select cancel_requested from import_run where id = $1 and token = $2 for update

-- name: restart
update import_run set step = null, counts = '{}', undone = null where id = $1 and token = $2

-- name: set_staged
update import_run set staged = $3 where id = $1 and token = $2 returning id

-- name: look
select cancel_requested from import_run where id = $1 and token = $2

-- name: count
update import_run set
    step = case when step is null then null
        else jsonb_set(step, '{done}', coalesce(step -> 'done', '[]') || jsonb_build_array($5::jsonb)) end,
    counts = jsonb_set(counts, array['objects', $3::text], (
        select jsonb_object_agg(e.name, coalesce((counts #>> array['objects', $3, e.name])::bigint, 0) + e.more::bigint)
        from jsonb_each_text($4::jsonb) e (name, more)))
where id = $1 and token = $2 returning id

-- name: advance
update import_run set step = $3, counts = $4 where id = $1 and token = $2 returning id

-- name: finish
update import_run
set state = $3, error = $4, counts = coalesce($5, counts), token = null,
    finished_at = case when $3 in ('done', 'failed', 'rolled_back') then now() end
where id = $1 and token = $2
returning id, filename, format, path, sha256, size, rows_expected, state, columns, options, plan, proposals, fingerprint,
    currency, counts, staged, step, token, cancel_requested, job_id, error, created_by, created_at, finished_at, batch_ids, undone

-- name: cancel
update import_run
set cancel_requested = true,
    state = case when state in ('checking', 'running', 'rolling_back') and token is null then 'failed' else state end
where id = $1 returning id, filename, format, path, sha256, size, rows_expected, state, columns, options, plan, proposals, fingerprint,
    currency, counts, staged, step, token, cancel_requested, job_id, error, created_by, created_at, finished_at, batch_ids, undone

-- name: forget_problems
delete from import_problem where import_id = $1 and phase = any($2::text[])

-- name: bad_rows
select count(distinct row_no) from import_problem where import_id = $1 and not note

-- name: bad_by_target
select target, count(distinct row_no) as bad from import_problem where import_id = $1 and not note group by target

-- name: samples
select row_no as row, target, column_name as column, value, code, message, remedy, note
from import_problem where import_id = $1 order by note, row_no, column_name limit $2

-- name: refusals
select concat_ws(': ', nullif(column_name, ''), min(message)) as reason, count(*) as rows
from (
    select distinct on (row_no) row_no, column_name, code, message from import_problem
    where import_id = $1 and not note and (phase = 'cells' or target = any($2::text[]))
    order by row_no, phase, column_name, code
) p group by column_name, code order by rows desc, reason

-- name: remarks
select concat_ws(': ', nullif(column_name, ''), min(message)) as reason, count(*) as cells
from import_problem
where import_id = $1 and (note or (phase = 'records' and target <> all($2::text[])))
group by target, column_name, code order by cells desc, reason

-- name: problems
select row_no, max(key) as key,
    string_agg(
        case when column_name = '' then '' else column_name || ': ' end || message
            || case when remedy = '' then '' else ' ' || remedy end, ' | ' order by column_name, message) as reason
from import_problem where import_id = $1 and not note group by row_no order by row_no

-- name: remember
insert into import_mapping (fingerprint, plan, used_by, options) values ($1, $2, $3, $4)
on conflict (fingerprint, coalesce(used_by, 0)) do update
set plan = excluded.plan, used_by = excluded.used_by, options = excluded.options, used_at = now()

-- name: remembered_options
select options from import_mapping where fingerprint = $1 and ($3::boolean or used_by is not distinct from $2::bigint)
order by used_by is not distinct from $2 desc, used_at desc limit 1

-- name: remembered
select plan from import_mapping where fingerprint = $1 and ($3::boolean or used_by is not distinct from $2::bigint)
order by used_by is not distinct from $2 desc, used_at desc limit 1

-- name: existing_tables
select c.relname as name, c.reltuples::bigint as rows from pg_class c
where c.relnamespace = current_schema()::regnamespace and c.relname = any($1::text[])

-- name: idle
select id from import_run
where state not in ('checking', 'running', 'rolling_back') and coalesce(finished_at, created_at) < now() - interval '7 days'

-- name: staging_tables
select c.relname as name from pg_class c
where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname ~ '^import_[0-9]+_'

-- name: forgettable
select path from import_run
where state not in ('checking', 'running', 'rolling_back') and coalesce(finished_at, created_at) < now() - interval '30 days'

-- name: abandon
update import_run set state = 'failed', error = 'Cancelled.', token = null where id = $1 returning id, filename, format, path, sha256, size, rows_expected, state, columns, options, plan, proposals, fingerprint,
    currency, counts, staged, step, token, cancel_requested, job_id, error, created_by, created_at, finished_at, batch_ids, undone

-- name: homes
select (select count(*) from company where external_id = any($1::text[]) and deleted_at is null) as company,
    (select count(*) from person where external_id = any($1::text[]) and deleted_at is null) as person

-- name: add_set
insert into import_set (imports, created_by, make_fields) values ($1, $2, $3) returning id

-- name: hold_imports
select id from import_run where id = any($1::bigint[]) order by id for update

-- name: set_at_work
select s.id from import_set s join job j on j.id = s.job_id
where s.imports && $1::bigint[] and j.state not in ('done', 'failed', 'cancelled') limit 1

-- name: leave_sets
update import_set set imports = array(select i from unnest(imports) with ordinality u (i, n) where i <> all($1::bigint[]) order by n)
where imports && $1::bigint[]

-- name: read_set
select s.id, s.imports, s.state, s.report, s.job_id, s.created_by, s.make_fields, j.state as job_state, j.error as job_error
from import_set s left join job j on j.id = s.job_id
where s.id = $1

-- name: set_job_of_set
update import_set set job_id = $2 where id = $1

-- name: finish_set
update import_set set state = 'done', report = $2 where id = $1

-- name: set_taken_back
update import_set set state = 'rolled_back' where id = $1
