-- name: tables
create table if not exists insight_run (
    id bigint generated always as identity primary key,
    object text not null,
    method text not null,
    version text not null,
    as_of timestamptz not null,
    rows bigint not null,
    seconds double precision not null,
    settings jsonb not null,
    drift jsonb,
    warnings jsonb not null default '[]',
    finished_at timestamptz not null default now()
);
alter table insight_run add column if not exists refused jsonb not null default '[]';
create index if not exists insight_run_method on insight_run (object, method, id desc);

create table if not exists insight_result (
    object text not null,
    name text not null,
    as_of timestamptz not null,
    body jsonb not null,
    primary key (object, name)
);

create table if not exists insight_month (
    object text not null,
    id bigint not null,
    month date not null,
    primary key (object, id, month)
);

-- name: upto
select pg_snapshot_xmin(pg_current_snapshot())::text as upto,
    (select oid::text from pg_namespace where nspname = current_schema()) as home

-- name: changed
with changed as (
    select distinct object, record_id from event
    where xid >= '{since}'::xid8
)

-- name: changed_lines
, ids as (
    select record_id as id from changed where object = 'invoice_line'
    union
    select l.id from invoice_line l join changed c on c.object = 'invoice' and c.record_id = l.invoice
    union
    select l.id from invoice_line l join changed c on c.object = 'product' and c.record_id = l.product
)

-- name: line_columns
    l.invoice as invoice_id,
    i.number as invoice_number,
    i.kind as invoice_kind,
    i.status as invoice_status,
    i.company as company_id,
    i.person as person_id,
    l.product as product_id,
    p.code as product_code,
    i.issued_at at time zone 'UTC' as issued_at,
    (i.issued_at at time zone '{timezone}')::date as issued_on,
    (l.quantity * 10000)::bigint as quantity,
    (l.unit_price * 10000)::bigint as unit_price,
    (l.amount * 10000)::bigint as amount,
    (coalesce(l.cost, case when p.cost_currency = l.amount_currency then p.cost * l.quantity end) * 10000)::bigint as cost,
    coalesce(l.amount_currency, l.unit_price_currency, i.total_currency)::text as currency,
    l.position::bigint as position

-- name: all_lines
select l.id as line_id, false as gone, {columns}
from invoice_line l
join invoice i on i.id = l.invoice and i.deleted_at is null
left join product p on p.id = l.product
where l.deleted_at is null

-- name: some_lines
select ids.id as line_id,
    l.id is null or l.deleted_at is not null or i.id is null or i.deleted_at is not null as gone, {columns}
from ids
left join invoice_line l on l.id = ids.id
left join invoice i on i.id = l.invoice
left join product p on p.id = l.product

-- name: deal_columns
    d.company as company_id,
    d.person as person_id,
    d.stage,
    (d.amount * 10000)::bigint as amount,
    d.amount_currency::text as currency,
    d.opened_on,
    d.closed_on

-- name: all_deals
select d.id, false as gone, {columns} from deal d where d.deleted_at is null

-- name: some_deals
select c.record_id as id, d.id is null or d.deleted_at is not null as gone, {columns}
from changed c left join deal d on d.id = c.record_id where c.object = 'deal'

-- name: all_named
select r.id, false as gone, {name} as name from "{object}" r where r.deleted_at is null

-- name: some_named
select c.record_id as id, r.id is null or r.deleted_at is not null as gone, {name} as name
from changed c left join "{object}" r on r.id = c.record_id where c.object = '{object}'

-- name: refresh_lock
select pg_try_advisory_xact_lock(hashtext('visavis.insight'), hashtext(current_schema()))

-- name: load_settings
select coalesce((select value from setting where key = 'workspace'), '{}') as workspace,
    coalesce((select value from setting where key = 'insight'), '{}') as insight

-- name: save_settings
insert into setting (key, value, updated_by) values ('insight', $1, $2)
on conflict (key) do update set value = excluded.value, updated_at = now(), updated_by = excluded.updated_by

-- name: add_run
insert into insight_run (object, method, version, as_of, rows, seconds, settings, drift, warnings, refused)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: put_result
insert into insight_result (object, name, as_of, body) values ($1, $2, $3, $4)
on conflict (object, name) do update set as_of = excluded.as_of, body = excluded.body

-- name: results
select name, as_of, body from insight_result where object = $1

-- name: runs
select distinct on (object, method) id, object, method, version, as_of, rows, seconds, settings, drift, warnings,
    refused, finished_at
from insight_run order by object, method, id desc

-- name: run_log
select id, object, method, version, as_of, rows, seconds, settings, drift, warnings, refused,
    finished_at
from insight_run order by id desc limit $1
