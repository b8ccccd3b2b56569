-- What every workspace has beside its record tables. Idempotent.
create sequence if not exists record_id;

create table if not exists event (
    seq bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    at timestamptz not null default now(),
    actor_id bigint,
    door text not null,
    object text not null,
    record_id bigint not null,
    kind text not null,
    changes jsonb,
    batch_id bigint
);
create index if not exists event_record on event (record_id, seq);
create index if not exists event_xid on event (xid);
drop index if exists event_batch;
create index if not exists event_of_batch on event (batch_id, seq) where batch_id is not null;

-- One undoable set of changes. Before-images are used up as an undo goes on; created rows are those of its events.
create table if not exists batch (
    id bigint primary key default nextval('record_id'),
    kind text not null,
    actor_id bigint,
    at timestamptz not null default now(),
    facts jsonb not null default '{}',
    undo_below bigint,
    undone_at timestamptz,
    undone_by bigint
);
create table if not exists before_image (
    batch_id bigint not null,
    table_name text not null,
    id bigint not null,
    image jsonb,
    seq bigint generated always as identity,
    primary key (batch_id, table_name, id)
);
create index if not exists before_image_order on before_image (batch_id, seq);

-- Where the records went that were merged into another one; what finds them by external id finds the other one.
create table if not exists merged_record (
    id bigint primary key,
    object text not null,
    external_id text,
    winner_id bigint not null,
    batch_id bigint not null
);
create index if not exists merged_record_winner on merged_record (winner_id);
create index if not exists merged_record_external on merged_record (object, external_id) where external_id is not null;

create table if not exists catalogue_overlay (
    id text primary key,
    kind text not null check (kind in ('object', 'field')),
    object text not null,
    body jsonb not null,
    created_at timestamptz not null default now(),
    created_by bigint
);

create table if not exists catalogue_version (
    one boolean primary key default true check (one),
    version bigint not null default 1
);
insert into catalogue_version default values on conflict do nothing;

create table if not exists setting (
    key text primary key,
    value jsonb not null,
    updated_at timestamptz not null default now(),
    updated_by bigint
);

-- Search rows of an earlier layout are made anew by a job; an empty table is all that it needs.
do $$ begin
    if exists (select from pg_tables where schemaname = current_schema() and tablename = 'search') and not exists (
        select from pg_attribute where attrelid = to_regclass('search') and attname = 'keys' and not attisdropped
    ) then
        drop table search;
    end if;
end $$;

-- heading: the title as it is compared. part: which index the row is in (0 names with an owner, 1 other names,
-- 2 and 3 the same for what happens at a time). marks: the ids of its owner and team, which follow the record by a trigger.
-- keys: what two records share when they mean the same. They are nearly all different, which would make the index of
-- words twice as dear to build.
create table if not exists search (
    record_id bigint primary key,
    object text not null,
    part smallint not null,
    marks bigint[] not null default '{}',
    title text not null,
    heading text collate "C" not null,
    folded text not null,
    grams text[],
    keys text[]
);
drop index if exists search_heading;
create index if not exists search_titles on search (object, heading, record_id desc) include (marks);
create index if not exists search_object on search (object, record_id);
create index if not exists search_keys on search using gin (keys);
create index if not exists search_words_0 on search
    using gin ((' ' || heading) gin_trgm_ops, folded gin_trgm_ops, grams, marks) where part = 0;
create index if not exists search_words_1 on search
    using gin ((' ' || heading) gin_trgm_ops, folded gin_trgm_ops, grams, marks) where part = 1;
create index if not exists search_words_2 on search using gin (folded gin_trgm_ops, grams, marks) where part = 2;
create index if not exists search_words_3 on search using gin (folded gin_trgm_ops, grams, marks) where part = 3;

-- Every word of four letters and more that was ever met. A word may stand there twice: a unique index would make
-- writers wait for each other.
create table if not exists search_word (word text collate "C" not null);
create index if not exists search_word_word on search_word (word);

-- What is still to be brought into the search table: records written in bulk, and whole types after an upgrade.
create table if not exists search_todo (record_id bigint not null, object text not null);
create index if not exists search_todo_object on search_todo (object, record_id);
create table if not exists search_span (object text not null, low bigint not null, high bigint not null);
create table if not exists search_fill (object text primary key, upto bigint not null default 0);

-- The records for which the search table is being laid out anew beside itself. While there are some, what changes is
-- noted to be brought in.
create table if not exists search_build (object text not null, low bigint not null, high bigint not null);

drop function if exists search_follow() cascade;

-- Few records that change hands take their search rows along; many are brought in by the job that fills the table.
create or replace function search_moved() returns trigger
language plpgsql
as $$
declare ids bigint[];
begin
    select array_agg(n.id) into ids from now_so n join was_so w using (id)
    where (n.owner, n.team) is distinct from (w.owner, w.team);
    if ids is null then
        return null;
    end if;
    if cardinality(ids) <= 100 then
        update search s set marks = array_remove(array[n.owner, n.team], null)
        from now_so n where n.id = any(ids) and s.record_id = n.id;
    end if;
    if cardinality(ids) > 100 or exists (select from search_build) then
        insert into search_todo (record_id, object) select moved.id, tg_table_name from unnest(ids) as moved (id);
        insert into job (kind, dedupe_key, lane) values ('search.fill', 'search.fill', 'search.fill')
        on conflict (dedupe_key) where state = 'queued' and dedupe_key is not null do nothing;
        perform pg_notify(current_schema() || '.job', '0 queued');
    end if;
    return null;
end $$;

create or replace function search_forget() returns trigger
language plpgsql
as $$ begin
    delete from search using gone where record_id = gone.id;
    insert into search_todo (record_id, object)
    select gone.id, tg_table_name from gone where exists (select from search_build);
    return null;
end $$;

-- Without marks: accents, the points of Hebrew, full width, compatibility forms; letters and case as they are.
create or replace function bare(value text) returns text
language sql immutable parallel safe strict
as $$ select regexp_replace(normalize(value, NFKD), '[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]', '', 'g') $$;

-- What is compared when people look for words. Plain ASCII, which most of it is, takes the short way.
create or replace function fold(value text) returns text
language sql immutable parallel safe strict
as $$
    select case when octet_length(value) = length(value) then lower(value)
        else lower(extensions.unaccent('extensions.unaccent', bare(value))) end
$$;

-- The words of a text as they are compared, a blank between them and none around: what is neither letter nor digit
-- parts them, as it does in the index.
create or replace function spelled(value text) returns text
language sql immutable parallel safe strict
as $$
    select case when octet_length(value) = length(value)
        then btrim(regexp_replace(lower(value), '[^a-z0-9]+', ' ', 'g'), ' ')
        else btrim(regexp_replace(fold(value), '[^[:alnum:]]+', ' ', 'g'), ' ') end
$$;

-- LIKE patterns of what has a word that begins so, and of what holds it anywhere. The index knows no infix of one or
-- two letters: these are looked for where words begin.
create or replace function beginning(word text) returns text
language sql immutable parallel safe strict
as $$ select '% ' || nullif(spelled(word), '') || '%' $$;

create or replace function holding(word text) returns text
language sql immutable parallel safe strict
as $$ select case when length(spelled(word)) < 3 then beginning(word) else '%' || spelled(word) || '%' end $$;

-- Korean, Chinese, Japanese and Hebrew words are short: their one- and two-letter pieces are the keys.
create or replace function grams(value text) returns text[]
language sql immutable parallel safe strict
as $$
    select coalesce(array_agg(distinct piece), '{}')
    from regexp_matches(normalize(bare(value), NFC), '[\u05d0-\u05ea\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003134f]+', 'g') as run (words),
        lateral generate_series(1, length(run.words[1])) as place,
        lateral (values (substr(run.words[1], place, 1)), (substr(run.words[1], place, 2))) as pieces (piece)
$$;

-- A number of a formula at so many decimals; beyond fifteen digits before the point it has none.
create or replace function formula_fit(value numeric, places integer) returns numeric
language sql immutable parallel safe
as $$ select case when abs(round(value, places)) < 1e15 then round(value, places) end $$;

-- A day so many whole days, weeks, months or years later; none outside of the years 1 to 9999. The planner works out
-- constants before any condition, so they are kept in range.
create or replace function formula_add(day date, number numeric, unit text) returns date
language sql immutable parallel safe
as $$
    select case
        when unit in ('days', 'weeks') then
            case when (day - date '0001-01-01') + trunc(number) * case unit when 'weeks' then 7 else 1 end
                between 0 and date '9999-12-31' - date '0001-01-01'
                then day + least(greatest(trunc(number) * case unit when 'weeks' then 7 else 1 end, -4e6), 4e6)::int end
        when extract(year from day) * 12 + extract(month from day) - 1
            + trunc(number) * case unit when 'years' then 12 else 1 end between 12 and 119999
            then (day + make_interval(months =>
                least(greatest(trunc(number) * case unit when 'years' then 12 else 1 end, -12e4), 12e4)::int))::date
    end
$$;

-- How far the roll-ups of a record type are worked out for the records that were there before them; how often asked.
create table if not exists rollup_fill (
    object text primary key,
    asked bigint not null default 1,
    upto bigint not null default 0,
    finished_at timestamptz
);

-- Tables of paths (store/paths.py): derived from the records, filled up to a relation; read once they are ready.
create table if not exists path_fill (
    name text primary key,
    path jsonb not null,
    upto bigint not null default 0,
    ready_at timestamptz
);

-- Which class of a derived field a record had, from the day since on, until a day (none: it still has it).
create table if not exists class_history (
    object text not null,
    field text not null,
    id bigint not null,
    class text not null,
    since date not null,
    until date,
    primary key (object, field, id, since)
);
-- The newest and the oldest day that is known of a field.
create index if not exists class_history_since on class_history (object, field, since);

-- Somebody has looked at a value and found it still right.
create table if not exists verification (
    id bigint generated by default as identity primary key,
    record_id bigint not null,
    field text not null,
    at timestamptz not null default now(),
    actor_id bigint
);
create index if not exists verification_record on verification (record_id, field, at);
