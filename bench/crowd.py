"""A workspace with many people, companies and activities in nine languages, put there by a few statements."""

from __future__ import annotations

from typing import Any

from bench import names
from bench.base import make_searchable, vacuum
from visavis.features.runtime import Workspace
from visavis.records import Context

TEAMS = 50
_TEAMS = (
    "insert into team (name) select 'Region ' || n from generate_series(0, $1::int - 1) n",
    """insert into "user" (name, email, role, team, active)
    select 'Colleague ' || n, 'colleague' || n || '@example.com', 'member', (select min(id) from team) + n % $1::int,
        true
    from generate_series(0, $1::int * 2 - 1) n""",
)
_LIST = (
    "insert into crowd_name select $1, $2, ordinality - 1, value from unnest($3::text[]) with ordinality as v (value)"
)
_SIZES = "insert into crowd_size select language, kind, count(*) from crowd_name group by 1, 2"
# A region speaks one language; every fifth person there is called in another one.
_PLACED = """
    select n, h, h % {teams} as place,
        (select l[1 + case when h / 7 % 5 = 0 then h / 11 else h % {teams} end % array_length(l, 1)]) as language
    from (select n, hashint4(n)::bigint + 2147483648 as h from generate_series(1, {rows}) n) s,
        (select $1::text[] as l) languages
"""
_PEOPLE = """
insert into person (first_name, last_name, email, phone, mobile, country, owner, team)
select f.value, l.value,
    lower(extensions.unaccent('extensions.unaccent', case when f.value ~ '^[A-Za-z]' then f.value else 'p' end))
        || '.' || n || '@' || (array['example.com', 'mail.example.org', 'post.example.net'])[1 + n % 3],
    '+' || (array['40', '49', '33', '82', '86', '972', '44', '34', '48'])[1 + n % 9] || (210000000 + h % 700000000),
    case when n % 2 = 0 then '+407' || (10000000 + h / 3 % 89999999) end,
    'Country ' || p.place, (select min(id) from "user") + p.place + h / 13 % 2 * {teams},
    (select min(id) from team) + p.place
from ({placed}) p
join crowd_size fs on fs.language = p.language and fs.kind = 'first'
join crowd_size ls on ls.language = p.language and ls.kind = 'family'
join crowd_name f on f.language = p.language and f.kind = 'first' and f.place = h / 17 % fs.size
join crowd_name l on l.language = p.language and l.kind = 'family' and l.place = h / 101 % ls.size
"""
_COMPANIES = """
insert into company (name, domain, phone, email, country, owner, team)
select c.value || ' ' || n, 'https://c' || n || '.example.com', '+4021' || (1000000 + n),
    'office@c' || n || '.example.com',
    'Country ' || p.place, (select min(id) from "user") + p.place, (select min(id) from team) + p.place
from ({placed}) p join crowd_size s on s.kind = 'company'
join crowd_name c on c.kind = 'company' and c.place = h % s.size
"""
_ACTIVITIES = """
insert into activity (kind, subject, at, owner, team)
select (array['call', 'meeting', 'task', 'note'])[1 + n % 4],
    replace(($2::text[])[1 + h % cardinality($2)], '{{}}', n::text),
    now() - n * interval '1 minute', (select min(id) from "user") + p.place, (select min(id) from team) + p.place
from ({placed}) p
"""


async def fill(ctx: Context, people: int) -> None:
    """People, a fifth as many companies, as many activities, in regions of one language each."""
    await _lists(ctx)
    for sql in _TEAMS:
        await ctx.tx.execute(sql, TEAMS)
    languages = list(names.LANGUAGES)
    await _some(ctx, _PEOPLE, people, languages)
    await _some(ctx, _COMPANIES, people // 5, languages)
    await _some(ctx, _ACTIVITIES, people, languages, list(names.SUBJECTS))
    await ctx.tx.execute("drop table crowd_name; drop table crowd_size")


async def _lists(ctx: Context) -> None:
    await ctx.tx.execute("create table crowd_name (language text, kind text, place bigint, value text)")
    await ctx.tx.execute("create table crowd_size (language text, kind text, size bigint)")
    for language in names.LANGUAGES:
        await ctx.tx.execute(_LIST, language, "first", names.first_names(language))
        await ctx.tx.execute(_LIST, language, "family", names.family_names(language))
    await ctx.tx.execute(_LIST, "", "company", names.company_names())
    await ctx.tx.execute(_SIZES)
    await ctx.tx.execute("analyze crowd_name; analyze crowd_size")


async def _some(ctx: Context, sql: str, rows: int, *args: Any) -> None:
    placed = _PLACED.format(teams=TEAMS, rows=rows)
    await ctx.tx.execute(sql.format(placed=placed, teams=TEAMS), *args)


async def indexed(workspace: Workspace) -> None:
    """The search rows of all that ``fill`` has made."""
    await make_searchable(workspace)
    await vacuum(workspace)
