-- name: schema
create table if not exists group_policy (
    id bigint primary key references saved_view (id) on delete cascade,
    precedence integer not null,
    principles jsonb not null,
    note text not null default '',
    updated_at timestamptz not null default now(),
    updated_by bigint
);

-- name: listed
select p.id, v.name, v.object, v.query, p.precedence, p.principles, p.note, p.updated_at, p.updated_by,
    u.name as editor
from group_policy p
join saved_view v on v.id = p.id and v.kind = 'group' and v.shared
left join "user" u on u.id = p.updated_by
where $1::text is null or v.object = $1
order by v.object, p.precedence, p.id

-- name: put
insert into group_policy (id, precedence, principles, note, updated_by) values ($1, $2, $3, $4, $5)
on conflict (id) do update set precedence = excluded.precedence, principles = excluded.principles,
    note = excluded.note, updated_by = excluded.updated_by, updated_at = now()

-- name: remove
delete from group_policy where id = $1

-- name: there
select true from "{object}" where id = $1 and deleted_at is null
