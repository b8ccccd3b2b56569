-- name: colleagues
select t.id, t.name, t.role, t.team from "user" t
where t.deleted_at is null and t.active is not false and t.role is not null and ({allowed})
order by lower(t.name), t.id limit {limit}

-- name: count
select count(*) from "user" t where t.deleted_at is null and t.active is not false and t.role is not null
