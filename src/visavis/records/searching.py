"""Search over every record type at once, in a table that stands beside the records."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from visavis import access
from visavis.catalogue import Catalogue, Object
from visavis.records.context import Context
from visavis.records.query import Query, build, readable_where
from visavis.store import Tx
from visavis.store.build import Build, title
from visavis.store.db import quoted

MOST = 50
MOST_WEIGHED = 500
_SHORT_SCRIPTS = re.compile("[\u05d0-\u05ea\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003134f]{1,2}")


def searchable(catalogue: Catalogue) -> list[Object]:
    """The objects that have something to be found by."""
    return [o for o in catalogue.by_name.values() if any(f.searchable for f in o.entered)]


async def index(tx: Tx, obj: Object, condition: str, *args: Any) -> int:
    """Bring the search rows of the records (alias ``t``) that fit the condition up to date; how many there were."""
    if not any(f.searchable for f in obj.entered):
        return 0
    name = title(obj, "t")
    words = ", ".join([name, *_words(obj)] if len(obj.title) > 1 else _words(obj))
    return await tx.execute(
        f"""insert into search (record_id, object, title, folded, grams)
            select t.id, '{obj.name}', left({name}, 300), ' ' || fold(w.words),
                case when octet_length(w.words) = length(w.words) then '{{}}' else grams(w.words) end
            from {quoted(obj.name)} t, lateral (select concat_ws(' ', {words}) as words) w where {condition}
            on conflict (record_id) do update
            set title = excluded.title, folded = excluded.folded, grams = excluded.grams
            where (search.title, search.folded) is distinct from (excluded.title, excluded.folded)""",
        *args,
    )


def _words(obj: Object) -> list[str]:
    return [f"t.{quoted(field.name)}" for field in obj.entered if field.searchable]


def text_condition(statement: Build, obj: Object, text: str, alias: str) -> str:
    """The records whose search row holds every word of the text; none where the actor may not search the type."""
    if not _may_search(statement, obj):
        return "false"
    return f"{alias}.id in (select s.record_id from search s where {_holds(statement, text)})"


def fitting(statement: Build, obj: Object, query: Query) -> str:
    """The rows (alias ``t``) that the query chooses and the actor may read."""
    fits = readable_where(statement, obj, "t", query.filter, trash=query.trash)
    return f"{fits} and {text_condition(statement, obj, query.text, 't')}" if query.text.strip() else fits


def _holds(statement: Build, text: str) -> str:
    return " and ".join(_holds_word(statement, word) for word in _split(text)) or "false"


def _split(text: str) -> list[str]:
    """Up to eight words, without what PostgreSQL cannot read."""
    words = text.encode(errors="ignore").decode().replace("\x00", "").split()
    return [word[:100] for word in words[:8]]


def _holds_word(statement: Build, word: str) -> str:
    """The value stands in a subquery so that it is worked out once, not for each row."""
    if _SHORT_SCRIPTS.fullmatch(unicodedata.normalize("NFC", word)):
        piece = f"array[normalize(bare({statement.bind(word, 'text')}), NFC)]"
        return f"s.grams <> '{{}}' and s.grams @> (select {piece})"
    digits = re.sub(r"[\s().+\-/]", "", word)
    wanted = digits if digits.isdigit() and len(digits) >= 4 else word
    return f"s.folded like (select holding({statement.bind(wanted, 'text')}))"


async def search(ctx: Context, text: str, limit: int = 10, object_name: str | None = None) -> list[dict[str, Any]]:
    """The records that the actor may read and that hold every word, best first: ``{object, id, title, subtitle}``."""
    objects = [o for o in searchable(ctx.catalogue) if object_name in (None, o.name)]
    statement = build(ctx)
    allowed = [o for o in objects if access.can(ctx.actor, o, "read") and _may_search(statement, o)]
    if not text.strip() or not allowed:
        return []
    parts = [_one_object(statement, obj, text, min(limit, MOST)) for obj in allowed]
    first = statement.bind(" ".join(_split(text)), "text")
    rows = await ctx.tx.rows(
        f"select object, id, title from ({' union all '.join(parts)}) found"
        f" order by starts_with(fold(title), fold({first})) desc, position(fold({first}) in fold(title)) = 0,"
        f" length(title), title, id limit {min(limit, MOST)}",
        *statement.params,
    )
    return [{"object": r["object"], "id": r["id"], "title": r["title"], "subtitle": None} for r in rows]


def _one_object(statement: Build, obj: Object, text: str, limit: int) -> str:
    holds = _holds(statement, text)
    allowed = statement.allow(obj, "t", statement.params)
    return (
        f"(select * from (select s.object, s.record_id as id, s.title from search s"
        f" join {quoted(obj.name)} t on t.id = s.record_id and t.deleted_at is null and {allowed}"
        f" where s.object = '{obj.name}' and {holds} limit {MOST_WEIGHED}) weighed"
        f" order by length(title), id limit {limit})"
    )


def _may_search(statement: Build, obj: Object) -> bool:
    """One hidden field among the searched ones and the type cannot be searched: a hit would tell its content."""
    visible = statement.visible(obj)
    searched = {f.name for f in obj.entered if f.searchable} | (set(obj.title) & obj.by_name.keys())
    return searched <= visible.keys()
