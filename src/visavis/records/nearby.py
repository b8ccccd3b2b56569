"""Words that people may have meant: known ones that are one letter wrong, missing, too many or swapped away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from visavis.store import Tx

SHORTEST = 4
_LONGEST = 24
_MOST = 8
_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
    "".join(map(chr, (*range(0x1100, 0x1113), *range(0x1161, 0x1176), *range(0x11A8, 0x11C3)))),
)


async def words(tx: Tx, given: Sequence[str]) -> list[list[str]] | None:
    """For each word those that it may stand for, itself among them; None where no word has another reading."""
    spelled = await tx.rows(
        "select spelled(word) as word from unnest($1::text[]) with ordinality g (word, n) order by n", list(given)
    )
    plain = [word for row in spelled for word in row["word"].split()]
    tried = {place: list(variants(word)) for place, word in enumerate(plain)}
    rows = await tx.rows(
        "select asked.place, k.word from unnest($1::text[], $2::int[]) as asked (word, place), lateral"
        " (select w.word from search_word w where w.word = asked.word limit 1) k",
        [v for near in tried.values() for v in near],
        [place for place, near in tried.items() for _ in near],
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
