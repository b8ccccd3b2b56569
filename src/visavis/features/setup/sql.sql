-- name: read
select value from setting where key = $1

-- name: write
insert into setting (key, value, updated_by) values ($1, $2, $3)
on conflict (key) do update set value = excluded.value, updated_at = now(), updated_by = excluded.updated_by
