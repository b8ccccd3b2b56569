-- name: read
select value from setting where key = 'workspace'

-- name: write
insert into setting (key, value, updated_by) values ('workspace', $1, $2)
on conflict (key) do update set value = excluded.value, updated_at = now(), updated_by = excluded.updated_by
