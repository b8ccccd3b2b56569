-- name: schema
create table if not exists file (
    id bigint primary key default nextval('record_id'),
    object text not null,
    record_id bigint not null,
    digest text not null,
    name text not null,
    media_type text not null,
    size bigint not null,
    created_at timestamptz not null default now(),
    created_by bigint,
    deleted_at timestamptz
);
create index if not exists file_record on file (record_id, id);
create index if not exists file_digest on file (digest);
-- Contents on their way into the store, whose files are not written yet.
create table if not exists file_arrival (
    id bigint generated always as identity primary key,
    digest text not null,
    at timestamptz not null
);
-- Contents that the sweep is freeing: outside of any transaction, so that nobody waits for the store meanwhile.
create table if not exists file_leaving (
    digest text primary key,
    at timestamptz not null
);

-- name: add
insert into file (object, record_id, digest, name, media_type, size, created_at, created_by)
values ($1, $2, $3, $4, $5, $6, $7, $8) returning id

-- name: of_record
select f.id, f.object, f.record_id, f.name, f.media_type, f.size, f.created_at, f.created_by, u.name as author
from file f left join "user" u on u.id = f.created_by
where f.record_id = $1 and f.deleted_at is null order by f.id desc limit 1000

-- name: one
select f.id, f.object, f.record_id, f.digest, f.name, f.media_type, f.size, f.created_at, f.created_by,
    f.deleted_at, u.name as author
from file f left join "user" u on u.id = f.created_by where f.id = $1

-- name: set_deleted
update file set deleted_at = $2 where id = $1

-- name: used
select coalesce(sum(size), 0)::bigint as bytes, count(*) as files from file where deleted_at is null

-- name: hold_quota
select pg_advisory_xact_lock(hashtext('visavis.files'))

-- name: expired
delete from file where deleted_at < $1

-- name: leave
insert into file_leaving (digest, at)
select d.digest, $2 from unnest($1::text[]) d (digest)
where not exists (select from file f where f.digest = d.digest)
    and not exists (select from file_arrival a where a.digest = d.digest)
on conflict (digest) do update set at = excluded.at where file_leaving.at < $3
returning digest

-- name: left
delete from file_leaving where digest = any($1::text[])

-- name: never_left
delete from file_leaving where at < $1

-- name: is_leaving
select exists (select from file_leaving where digest = $1 and at >= $2)

-- name: arrive
insert into file_arrival (digest, at) values ($1, $2) returning id

-- name: arrived
delete from file_arrival where id = $1

-- name: never_arrived
delete from file_arrival where at < $1

-- name: digests
select distinct digest from file order by digest

-- name: setting
select value from setting where key = 'files'

-- name: set_setting
insert into setting (key, value, updated_by) values ('files', $1, $2)
on conflict (key) do update set value = excluded.value, updated_at = now(), updated_by = excluded.updated_by
