"""What a column without a field could become: a type by its cells, a name and a label by its header, options."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from visavis.catalogue import SYSTEM_FIELDS, Field
from visavis.features.imports import cells
from visavis.features.imports.cells import Style
from visavis.features.imports.reading import Source

MOST_ROWS = 200_000
MOST_OPTIONS = 200

_FEW = 20
_FIRST = 40
_SHORT = 60
_LONG = 200
_YES_NO = frozenset({"yes", "no", "y", "n", "true", "false", "t", "f", "1", "0", "1.0", "0.0"})
_MONEY = frozenset(
    {"amount", "charge", "charges", "cost", "costs", "fee", "fees", "income", "price", "prices", "profit", "expense"}
    | {"expenses", "exp", "revenue", "sales", "spend", "spending", "spent", "turnover", "value"}
)
_PADDED = r"^0[0-9]"


@dataclass(frozen=True, slots=True)
class Wish:
    """A field that is to be made for a column. Without a type the one that its cells suggest."""

    column: str
    type: str | None = None


def type_for(column: str, text: pa.Array, style: Style) -> str:
    """The field type that takes all the cells (trimmed text, empty ones null); text where no other does."""
    known = text.drop_null()
    distinct = pc.unique(known)
    if not len(distinct):
        return "text"
    some = {str(cell).lower() for cell in distinct.slice(0, _FIRST).to_pylist()}
    if len(distinct) <= 2 and some <= _YES_NO:
        return "boolean"
    for kind in ("integer", "decimal", "date", "datetime"):
        if _fits(distinct.slice(0, _FIRST), kind, style) and _fits(distinct, kind, style):
            return "money" if kind in ("integer", "decimal") and _is_money(column) else kind
    return _of_text(known, distinct)


def _fits(text: pa.Array, kind: str, style: Style) -> bool:
    if kind in ("integer", "decimal") and pc.any(pc.match_substring_regex(text, _PADDED)).as_py():
        return False
    if kind == "date" and pc.any(pc.match_substring(text, ":")).as_py():
        return False
    return not cells.parse_text(text, Field("suggested", "suggested", kind, {"en": ""}), style).bad


def _of_text(known: pa.Array, distinct: pa.Array) -> str:
    longest = pc.max(pc.utf8_length(distinct)).as_py()
    if len(distinct) <= _FEW and len(distinct) * 5 <= len(known) and longest <= _SHORT:
        return "choice"
    return "long_text" if longest > _LONG else "text"


def _is_money(column: str) -> bool:
    return bool(set(_words(column)) & _MONEY)


def _words(column: str) -> list[str]:
    """``MonthlyCharges`` and ``acq_exp`` as words in small letters."""
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", unicodedata.normalize("NFKD", column))
    return re.findall(r"[a-z0-9]+", parted.lower())


def words_of(column: str) -> frozenset[str]:
    """The words of a header, in any script; Latin ones without their accents."""
    return frozenset(_words(column)) | frozenset(re.findall(r"[^\W_]+", column.casefold()))


def name_for(column: str, taken: Collection[str]) -> str:
    """An API name made of the header that nothing else has, nor the currency of an amount of that name."""
    words = _words(column)
    plain = "_".join(words)[:34].strip("_") or "field"
    name = plain if plain[0].isalpha() else f"field_{plain}"
    ends = ("", *(f"_{n}" for n in range(2, 1_000)))
    used = {*taken, *SYSTEM_FIELDS}
    return next(name + end for end in ends if used.isdisjoint((name + end, f"{name}{end}_currency")))


def label_for(column: str) -> str:
    """The header as people write it."""
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", column)
    words = re.sub(r"[_\s]+", " ", parted).strip()
    lowered = " ".join(w if w.isupper() and len(w) > 1 else w.lower() for w in words.split(" "))
    return (lowered[:1].upper() + lowered[1:])[:100] or column[:100]


def options_for(values: Sequence[str]) -> list[dict[str, Any]]:
    """The cells of a choice as its options, most spoken of first; a cell is found again by its label."""
    options: list[dict[str, Any]] = []
    taken: set[str] = set()
    for value in values:
        plain = "_".join(_words(value))[:80] or "option"
        name = next(n for n in (plain, *(f"{plain}_{k}" for k in range(2, 1_000))) if n not in taken)
        taken.add(name)
        options.append({"value": name, "label": {"en": value[:100]}})
    return options


def bodies(source: Source, style: Style, wishes: Sequence[Wish], taken: Collection[str]) -> list[dict[str, Any]]:
    """What the fields are to be, in the order of the wishes, after a look at up to 200,000 rows of the file."""
    texts = _texts(source, [wish.column for wish in wishes])
    used = set(taken)
    found = []
    for wish in wishes:
        text = texts[wish.column]
        kind = wish.type or type_for(wish.column, text, style)
        options = _options(text) if kind == "choice" else []
        kind = "text" if kind == "choice" and not options else kind
        name = name_for(wish.column, used)
        used |= {name, f"{name}_currency"}
        body = {"name": name, "type": kind, "label": {"en": label_for(wish.column)}}
        found.append(body | ({"options": options} if options else {}))
    return found


def _options(text: pa.Array) -> list[dict[str, Any]]:
    counted = sorted(pc.value_counts(text.drop_null()).to_pylist(), key=lambda each: (-each["counts"], each["values"]))
    many = len(counted) > MOST_OPTIONS or any(len(each["values"]) > 100 for each in counted)
    return [] if many else options_for([each["values"] for each in counted])


def _texts(source: Source, columns: Sequence[str]) -> Mapping[str, pa.Array]:
    parts: dict[str, list[pa.Array]] = {column: [pa.array([], pa.string())] for column in columns}
    rows = 0
    for batch in source.batches():
        for column, texts in parts.items():
            texts.append(cells.text_of(batch.cells.column(column)))
        rows += batch.cells.num_rows
        if rows >= MOST_ROWS:
            break
    return {column: pa.concat_arrays(texts) for column, texts in parts.items()}
