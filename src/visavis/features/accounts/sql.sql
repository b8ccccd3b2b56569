-- name: schema
create table if not exists credential (
    user_id bigint primary key,
    password_hash text not null,
    changed_at timestamptz not null default now()
);
create table if not exists session (
    digest bytea primary key,
    user_id bigint not null,
    address text not null default '',
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index if not exists session_owner on session (user_id);
create table if not exists sign_in_link (
    digest bytea primary key,
    user_id bigint not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create table if not exists api_token (
    id bigint generated always as identity primary key,
    user_id bigint not null,
    name text not null,
    role text,
    digest bytea not null unique,
    created_at timestamptz not null default now(),
    used_at timestamptz,
    expires_at timestamptz
);
create index if not exists api_token_user on api_token (user_id);
create table if not exists sign_in_attempt (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    account bytea not null,
    address text not null
);
create index if not exists sign_in_attempt_account on sign_in_attempt (account, at);
create index if not exists sign_in_attempt_address on sign_in_attempt (address, at);
create table if not exists idempotency (
    user_id bigint not null,
    key text not null,
    request bytea not null,
    status integer,
    headers jsonb,
    body bytea,
    created_at timestamptz not null default now(),
    primary key (user_id, key)
);
create index if not exists idempotency_age on idempotency (created_at);

-- What somebody is not to see until a moment, whatever the role shows.
create table if not exists blindfold (
    user_id bigint not null,
    object text not null,
    fields text[] not null,
    until timestamptz not null,
    cause text not null,
    primary key (user_id, cause)
);

-- name: cover
insert into blindfold (user_id, object, fields, until, cause)
select user_id, $2, $3::text[], $4, $5 from unnest($1::bigint[]) as given (user_id)

-- name: uncover
delete from blindfold where user_id = $1 and (cause = $2 or starts_with(cause, $2 || ' '))

-- name: hidden_from
select object, fields from blindfold where user_id = $1 and until > now()

-- name: actor_of_session
select u.id, u.role, u.team, u.name, u.locale, null::text as narrowed, s.seen_at < now() - interval '5 minutes' as stale,
    exists (select from blindfold b where b.user_id = u.id and b.until > now()) as blind,
    array(select c.id from "user" c where c.team = u.team order by c.id) as colleagues
from session s
join "user" u on u.id = s.user_id
where s.digest = $1 and s.expires_at > now() and s.seen_at > now() - make_interval(secs => $2)
    and u.deleted_at is null and u.active is not false

-- name: actor_of_token
select u.id, u.role, u.team, u.name, u.locale, t.role as narrowed,
    coalesce(t.used_at < now() - interval '5 minutes', true) as stale,
    exists (select from blindfold b where b.user_id = u.id and b.until > now()) as blind,
    array(select c.id from "user" c where c.team = u.team order by c.id) as colleagues
from api_token t
join "user" u on u.id = t.user_id
where t.digest = $1 and (t.expires_at is null or t.expires_at > now())
    and u.deleted_at is null and u.active is not false

-- name: actor_of_user
select id, name, role, team, locale from "user" where id = $1 and deleted_at is null and active is distinct from false

-- name: touch_session
update session set seen_at = now() where digest = $1

-- name: touch_token
update api_token set used_at = now() where digest = $1

-- name: open_session
insert into session (digest, user_id, address, expires_at)
values ($1, $2, $3, now() + make_interval(secs => $4))

-- name: close_session
delete from session where digest = $1

-- name: close_other_sessions
delete from session where user_id = $1 and digest <> $2

-- name: credential_of
select u.id, c.password_hash
from "user" u
left join credential c on c.user_id = u.id
where lower(u.email) = lower($1) and u.deleted_at is null and u.active is not false

-- name: password_of
select password_hash from credential where user_id = $1

-- name: set_password
insert into credential (user_id, password_hash) values ($1, $2)
on conflict (user_id) do update set password_hash = excluded.password_hash, changed_at = now()

-- name: user_by_email
select id from "user" where lower(email) = lower($1) and deleted_at is null

-- name: active_user
select id from "user" where id = $1 and deleted_at is null and active is not false

-- name: one_by_one
select pg_advisory_xact_lock(hashtextextended(current_schema() || '.sign_in_attempt', 0))

-- name: note_attempt
insert into sign_in_attempt (account, address) values ($1, $2)

-- name: attempts
select
    count(*) filter (where account = $1 and address = $2) as pair,
    count(*) filter (where account = $1) as account,
    count(*) filter (where address = $2) as address
from sign_in_attempt
where at > now() - make_interval(secs => $3) and (account = $1 or address = $2)

-- name: forgive
delete from sign_in_attempt where account = $1 and address = $2

-- name: make_link
insert into sign_in_link (digest, user_id, expires_at) values ($1, $2, now() + make_interval(secs => $3))

-- name: use_link
update sign_in_link l set used_at = now()
from "user" u
where l.digest = $1 and l.used_at is null and l.expires_at > now()
    and u.id = l.user_id and u.deleted_at is null and u.active is not false
returning l.user_id

-- name: me
select u.id, u.name, u.email, u.role, u.locale, t.id as team_id, t.name as team_name
from "user" u
left join team t on t.id = u.team and t.deleted_at is null
where u.id = $1

-- name: tokens
select id, name, role, created_at, used_at, expires_at from api_token where user_id = $1 order by id desc limit 500

-- name: make_token
insert into api_token (user_id, name, role, digest, expires_at) values ($1, $2, $3, $4, $5)
returning id, name, role, created_at, used_at, expires_at

-- name: drop_token
delete from api_token t using "user" u where t.id = $1 and t.user_id = $2 and u.id = t.user_id
returning t.role, u.role as own

-- name: claim_key
insert into idempotency (user_id, key, request) values ($1, $2, $3)
on conflict (user_id, key) do nothing
returning 1 as claimed

-- name: answer_of_key
select request, status, headers, body from idempotency where user_id = $1 and key = $2

-- name: keep_answer
update idempotency set status = $3, headers = $4, body = $5 where user_id = $1 and key = $2

-- name: sweep
delete from session where expires_at < now() or seen_at < now() - interval '7 days';
delete from sign_in_link where expires_at < now() - interval '1 day';
delete from sign_in_attempt where at < now() - interval '1 day';
delete from idempotency where created_at < now() - interval '1 day'
