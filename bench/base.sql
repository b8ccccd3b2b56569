-- name: people
insert into team (name, region) select 'Team ' || n, 'Region ' || n % 3 from generate_series(1, 8) n;
insert into "user" (name, email, role, team, active)
select 'User ' || n, 'user' || n || '@example.com',
    case when n = 1 then 'owner' when n < 4 then 'manager' when n < 48 then 'member' else 'reader' end,
    (select min(id) from team) + n % 8, true
from generate_series(1, 50) n

-- name: helpers
create or replace function pg_temp.pick(n bigint, salt int, among bigint) returns bigint
language sql immutable parallel safe
as $$ select (hashint8extended(n, salt) & 9007199254740991) % among $$;
create or replace function pg_temp.often(n bigint, salt int, among int) returns int
language sql immutable parallel safe
as $$ select floor(power(pg_temp.pick(n, salt, 1000000) / 1000000.0, 2) * among)::int $$;
create temp table word as select
    array['Ana','Ion','Maria','Zoë','Émile','Łukasz','Søren','Şerban','Ștefan','Mihai','Olga','Pavel','Grace','John',
        'Emma','Noah','Liam','Ava','Mia','Hugo','Jules','Lena','Max','Nora','Otto','Petra','Rosa','Sami','Tea','Uma'] as first,
    array['ba','ce','di','fo','gu','ha','jo','ki','le','mo','nu','po','ra','si','te','vi','wa','xe','yo','za'] as part,
    array['김','이','박','최','정','강'] as ko_last, array['민수','지은','서준','하은','도윤'] as ko_first,
    array['王','李','张','刘','陈'] as zh_last, array['伟','芳','秀英','敏','静'] as zh_first,
    array['כהן','לוי','מזרחי','פרץ'] as he_last, array['דוד','נועה','יוסף','שָׂרָה'] as he_first,
    array['en','fr','de','ro','ko','zh','he','es','it','pl'] as language

-- name: company
insert into company (name, domain, industry, phone, email, address, country, employees, founded, tags, note,
    annual_revenue, annual_revenue_currency, owner, team, created_at, updated_at)
select initcap(part[1 + pg_temp.pick(n, 1, 20)] || part[1 + pg_temp.pick(n, 2, 20)] || part[1 + pg_temp.pick(n, 3, 20)])
        || ' ' || (array['Trading','Holdings','Labs','GmbH','S.R.L.','Ltd'])[1 + pg_temp.pick(n, 4, 6)] || ' ' || n,
    'https://c' || n || '.example.com', 'Trade ' || pg_temp.often(n, 5, 40), '+4420' || 10000000 + n,
    'info@c' || n || '.example.com', jsonb_build_object('city', 'City ' || pg_temp.pick(n, 6, 500)),
    'Country ' || pg_temp.often(n, 7, 60), pg_temp.pick(n, 8, 5000), 1900 + pg_temp.pick(n, 9, 120),
    array['tag' || pg_temp.pick(n, 10, 30)], 'Note ' || md5(n::text), pg_temp.pick(n, 11, 100000000) / 100.0, 'EUR',
    u.id, case when pg_temp.pick(n, 13, 10) > 0 then u.team end,
    timestamptz '2023-01-01' + pg_temp.pick(n, 14, 100000000) * interval '1 second',
    timestamptz '2026-04-01' + pg_temp.pick(n, 15, 10000000) * interval '1 second'
from generate_series(1, $1::bigint / 5) n, word, (select array_agg(id order by id) ids from "user") us,
    lateral (select id, team from "user" where id = us.ids[1 + pg_temp.pick(n, 12, 50)]) u

-- name: person
insert into person (first_name, last_name, email, phone, mobile, birthday, language, country, address, note,
    branch, score, balance, balance_currency, owner, team, created_at, updated_at)
select case script when 0 then ko_first[1 + pg_temp.pick(n, 1, 5)] when 1 then zh_first[1 + pg_temp.pick(n, 1, 5)]
        when 2 then he_first[1 + pg_temp.pick(n, 1, 4)] else first[1 + pg_temp.pick(n, 1, 30)] end,
    case script when 0 then ko_last[1 + pg_temp.pick(n, 2, 6)] when 1 then zh_last[1 + pg_temp.pick(n, 2, 5)]
        when 2 then he_last[1 + pg_temp.pick(n, 2, 4)]
        else initcap(part[1 + pg_temp.pick(n, 2, 20)] || part[1 + pg_temp.pick(n, 3, 20)] || part[1 + pg_temp.pick(n, 4, 20)]) end,
    'p' || n || '.' || part[1 + pg_temp.pick(n, 2, 20)] || '@example.com', '+40' || 200000000 + pg_temp.pick(n, 5, 99999999),
    case when n % 3 > 0 then '+40' || 700000000 + pg_temp.pick(n, 6, 99999999) end,
    case when n % 2 = 0 then date '1940-01-01' + pg_temp.pick(n, 7, 25000)::int end,
    language[1 + pg_temp.often(n, 8, 10)], 'Country ' || pg_temp.often(n, 9, 60),
    jsonb_build_object('city', 'City ' || pg_temp.pick(n, 10, 500), 'street', 'Street ' || n % 900),
    'Note ' || md5(n::text), 'b' || pg_temp.pick(n, 11, 20), pg_temp.pick(n, 12, 100),
    case when n % 5 > 0 then pg_temp.pick(n, 13, 10000000) / 100.0 end, case when n % 5 > 0 then 'EUR' end,
    u.id, case when pg_temp.pick(n, 15, 10) > 0 then u.team end,
    timestamptz '2023-01-01' + pg_temp.pick(n, 16, 100000000) * interval '1 second',
    timestamptz '2026-04-01' + pg_temp.pick(n, 17, 10000000) * interval '1 second'
from generate_series(1, $1::bigint) n, word, (select array_agg(id order by id) ids from "user") us,
    lateral (select pg_temp.pick(n, 18, 30) as script) s,
    lateral (select id, team from "user" where id = us.ids[1 + pg_temp.pick(n, 14, 50)]) u

-- name: employment
insert into employment (person, company, role, valid_from)
select p.low + n, c.low + pg_temp.pick(n, 1, c.many), 'Role ' || pg_temp.pick(n, 2, 50),
    date '2015-01-01' + pg_temp.pick(n, 3, 4000)::int
from generate_series(0, $1::bigint - 1) n, (select min(id) low from person) p,
    (select min(id) low, count(*) many from company) c

-- name: activity
insert into activity (kind, subject, body, at, due_at, done_at, company, person, owner, team, created_at, updated_at)
select (array['call','meeting','task','note'])[1 + pg_temp.often(n, 1, 4)], 'Subject ' || n, 'Text ' || md5(n::text), at,
    at, case when n % 4 > 0 then at end, c.low + pg_temp.often(n, 2, c.many::int), p.low + pg_temp.often(n, 3, p.many::int),
    u.id, u.team, at, at
from generate_series(1, $1::bigint) n, (select min(id) low, count(*) many from company) c,
    (select min(id) low, count(*) many from person) p, (select array_agg(id order by id) ids from "user") us,
    lateral (select timestamptz '2024-01-01' + pg_temp.pick(n, 4, 80000000) * interval '1 second' as at) m,
    lateral (select id, team from "user" where id = us.ids[1 + pg_temp.pick(n, 5, 50)]) u

-- name: deal
insert into deal (name, company, person, stage, amount, amount_currency, opened_on, owner, team)
select 'Deal ' || n, c.low + pg_temp.pick(n, 1, c.many), p.low + pg_temp.pick(n, 2, p.many),
    (array['prospecting','engaging','won','lost'])[1 + pg_temp.pick(n, 3, 4)], pg_temp.pick(n, 4, 10000000) / 100.0, 'EUR',
    date '2023-01-01' + pg_temp.pick(n, 5, 1300)::int, u.id, u.team
from generate_series(1, $1::bigint / 5) n, (select min(id) low, count(*) many from company) c,
    (select min(id) low, count(*) many from person) p, (select array_agg(id order by id) ids from "user") us,
    lateral (select id, team from "user" where id = us.ids[1 + pg_temp.pick(n, 6, 50)]) u

-- name: invoice
insert into invoice (number, company, person, kind, status, issued_at, total, total_currency, country)
select 'R' || n, c.low + pg_temp.pick(n, 1, c.many), null, 'invoice',
    'paid', timestamptz '2024-01-01' + pg_temp.pick(n, 5, 80000000) * interval '1 second',
    pg_temp.pick(n, 4, 1000000) / 100.0, 'EUR', 'Country 1'
from generate_series(1, $1::bigint / 2) n, (select min(id) low, count(*) many from company) c

-- name: payment
insert into payment (reference, invoice, company, paid_on, amount, amount_currency)
select 'P' || id, id, company, issued_at::date, total, 'EUR' from invoice where id % 2 = 0

-- name: related
insert into {table} (name, company, owner, team)
select 'Item ' || n, c.low + pg_temp.pick(n, {salt}, c.many), u.id, u.team
from generate_series(1, $1::bigint / 10) n, (select min(id) low, count(*) many from company) c,
    (select array_agg(id order by id) ids from "user") us,
    lateral (select id, team from "user" where id = us.ids[1 + pg_temp.pick(n, 6, 50)]) u

-- name: events
insert into event (at, actor_id, door, object, record_id, kind) select now(), null, 'import', '{table}', id, 'created' from {table}
