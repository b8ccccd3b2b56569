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

create table if not exists search (
    record_id bigint primary key,
    object text not null,
    title text not null,
    folded text not null,
    grams text[] not null default '{}'
);
create index if not exists search_folded on search using gin (folded gin_trgm_ops);
create index if not exists search_grams on search using gin (grams) where grams <> '{}';

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

-- The LIKE pattern of what holds a word. One or two letters are looked for where words begin: the index knows these.
create or replace function holding(word text) returns text
language sql immutable parallel safe strict
as $$
    select case when length(fold(word)) < 3 then '% ' else '%' end
        || regexp_replace(fold(word), '([\\%_])', '\\\1', 'g') || '%'
$$;

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
