-- name: schema
create table if not exists offer_group (
    id bigint primary key,
    view_id bigint not null references saved_view (id) on delete cascade
);

-- name: put
insert into offer_group (id, view_id) values ($1, $2) on conflict (id) do update set view_id = excluded.view_id

-- name: remove
delete from offer_group where id = $1

-- name: groups
select g.id, g.view_id, v.name, v.object, v.query
from offer_group g join saved_view v on v.id = g.view_id and (v.shared or v.owner_id = $1)
order by g.id
