-- name: schema
create table if not exists bulk_change (
    id bigint primary key,
    object text not null,
    actor_id bigint,
    role text not null,
    change jsonb not null,
    selection jsonb not null,
    state text not null default 'queued'
        check (state in ('queued', 'running', 'done', 'cancelled', 'undoing', 'undone')),
    job_id bigint,
    at timestamptz not null default now(),
    finished_at timestamptz,
    total bigint,
    changed bigint not null default 0,
    unchanged bigint not null default 0,
    skipped jsonb not null default '{}',
    restored bigint not null default 0,
    kept jsonb not null default '{}'
);
create index if not exists bulk_change_at on bulk_change (at);

-- The records that were chosen when the change began, in parts; a part goes in the transaction that changes it.
create table if not exists bulk_part (
    change_id bigint not null,
    part bigint not null,
    ids bigint[] not null,
    primary key (change_id, part)
);

-- Rows that an undo left as they were.
create table if not exists bulk_kept (
    change_id bigint not null,
    record_id bigint not null,
    reason text not null,
    fields text[] not null,
    primary key (change_id, record_id)
);

-- name: add
insert into bulk_change (id, object, actor_id, role, change, selection, at) values ($1, $2, $3, $4, $5, $6, $7)

-- name: set_job
update bulk_change set job_id = $2, state = $3, finished_at = null where id = $1

-- name: lock
select id, object, actor_id, role, change, selection, state, total, changed, unchanged, skipped, restored, kept
from bulk_change where id = $1 for update

-- name: begin
update bulk_change set state = 'running', total = $2 where id = $1

-- name: next_part
select part, ids from bulk_part where change_id = $1 order by part limit 1

-- name: part_done
delete from bulk_part where change_id = $1 and part = $2

-- name: advance
update bulk_change set changed = changed + $2, unchanged = unchanged + $3, skipped = $4 where id = $1

-- name: drop_parts
delete from bulk_part where change_id = $1

-- name: finish
update bulk_change set state = $2, finished_at = now() where id = $1

-- name: undone_part
update bulk_change set restored = restored + $2, kept = $3 where id = $1

-- name: keep
insert into bulk_kept (change_id, record_id, reason, fields) values ($1, $2, $3, $4) on conflict do nothing

-- name: kept
select record_id, reason, fields from bulk_kept where change_id = $1 order by record_id limit $2

-- name: shown
select c.id, c.object, c.actor_id, c.change, c.selection, c.at, c.finished_at, c.total, c.changed, c.unchanged,
    c.skipped, c.restored, c.kept, c.job_id, j.error,
    case when j.state in ('failed', 'cancelled') and c.state in ('queued', 'running') then j.state
         when j.state in ('failed', 'cancelled') and c.state = 'undoing' then 'failed'
         else c.state end as state,
    c.state = 'undoing' as undo_began,
    u.name as actor_name,
    exists (select from before_image b where b.batch_id = c.id) as undoable
from bulk_change c
left join job j on j.id = c.job_id
left join "user" u on u.id = c.actor_id
where {which}
order by c.id desc

-- name: old_images
delete from before_image where batch_id in (
    select id from batch where at < now() - make_interval(days => $1) and kind = any($2::text[])
)

-- name: unfinished
select id from bulk_change where actor_id is null and state in ('queued', 'running') order by id

-- name: read_setting
select value from setting where key = 'retention'

-- name: write_setting
insert into setting (key, value, updated_by) values ('retention', $1, $2)
on conflict (key) do update set value = excluded.value, updated_at = now(), updated_by = excluded.updated_by
