"""Words that people may have meant: known ones that are one letter wrong, missing, too many or swapped away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from visavis.store import Tx

SHORTEST, SHORTEST_BEGINNING = 4, 5
_LONGEST = 24
_MOST = 8
_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
    "".join(map(chr, (*range(0x1100, 0x1113), *range(0x1161, 0x1176), *range(0x11A8, 0x11C3)))),
)


# A word that is known as it stands goes before the beginning of one. What begins with the word that was asked for is
# found by that itself.
_KNOWN = f"""
select asked.place, asked.word from unnest($1::text[], $2::int[]) as asked (word, place), lateral (
    select w.word = asked.word as whole from search_word w
    where w.word >= asked.word and w.word < asked.word
        || case when length(asked.word) >= {SHORTEST_BEGINNING} then '\U0010ffff' else chr(1) end
        and not starts_with(w.word, ($3::text[])[asked.place + 1])
    order by w.word limit 1
) known
order by known.whole desc, length(asked.word) desc
"""


async def words(tx: Tx, given: Sequence[str]) -> list[list[str]] | None:
    """For each word those that it may stand for, itself among them; None where no word has another reading."""
    spelled = await tx.rows(
        "select spelled(word) as word from unnest($1::text[]) with ordinality g (word, n) order by n", list(given)
    )
    plain = [word for row in spelled for word in row["word"].split()]
    tried = {place: list(variants(word)) for place, word in enumerate(plain)}
    rows = await tx.rows(
        _KNOWN,
        [near for all_near in tried.values() for near in all_near],
        [place for place, all_near in tried.items() for _ in all_near],
        plain,
    )
    meant: list[list[str]] = [[word] for word in plain]
    for row in rows:
        meant[row["place"]].append(row["word"])
    return [alike[:_MOST] for alike in meant] if rows else None


def variants(word: str) -> Iterator[str]:
    """Every text one letter away, once; none for a word too short to be sure of."""
    if not SHORTEST <= len(word) <= _LONGEST or re.search("[0-9]", word):
        return
    seen = {word}
    for near in _edits(word, _alphabet(word)):
        if near not in seen:
            seen.add(near)
            yield near


def _alphabet(word: str) -> str:
    return next((letters for letters in _ALPHABETS if any(c in letters for c in word)), "")


def _edits(word: str, letters: str) -> Iterator[str]:
    for i in range(len(word) - 1):
        yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]
    for i in range(len(word)):
        yield from (word[:i] + c + word[i + 1 :] for c in letters)
    for i in range(len(word) + 1):
        yield from (word[:i] + c + word[i:] for c in letters)
