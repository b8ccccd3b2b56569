-- name: schema
create table if not exists saved_view (
    id bigint generated always as identity primary key,
    owner_id bigint not null,
    object text not null,
    name text not null,
    kind text not null check (kind in ('view', 'group')),
    shared boolean not null default false,
    query jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index if not exists saved_view_object on saved_view (object, owner_id);

-- name: listed
select v.id, v.object, v.name, v.kind, v.shared, v.query, v.owner_id = $1 as mine
from saved_view v
where (v.owner_id = $1 or v.shared) and ($2::text is null or v.object = $2)
order by v.object, lower(v.name), v.id
limit 1000

-- name: one
select v.id, v.object, v.name, v.kind, v.shared, v.query, v.owner_id = $1 as mine
from saved_view v
where v.id = $2 and (v.owner_id = $1 or v.shared)

-- name: add
insert into saved_view (owner_id, object, name, kind, shared, query) values ($1, $2, $3, $4, $5, $6)
returning id, object, name, kind, shared, query, true as mine

-- name: change
update saved_view set name = $2, kind = $3, shared = $4, query = $5, updated_at = now() where id = $1

-- name: remove
delete from saved_view where id = $1
