"""A search text as terms, and each term as a condition on a search row (alias ``s``)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import groupby

Bind = Callable[[str], str]
Said = Callable[[str, str, Bind, str], str]
ROW, TITLE = "s.folded", "(' ' || s.heading)"
MOST_WORDS = 8
_SHORT_SCRIPTS = re.compile("[\u05d0-\u05ea\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003134f]{1,2}")
_DIALLED = re.compile(r"[+()./\-0-9]+")
_FEWEST_DIGITS, _SURELY = 4, 7
_TRIGRAM, _FEW = 3, 3


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or the words of one telephone number and their ``digits``."""

    words: tuple[str, ...]
    digits: str = ""

    def begins(self, bind: Bind, place: str = ROW, said: Said | None = None) -> str:
        """Some word of the row begins so. ``said``: ``for_index``, where nothing is given, or ``at_hand``."""
        return self._condition("beginning", bind, place, said or for_index)

    def holds(self, bind: Bind, said: Said | None = None) -> str:
        """The row holds it anywhere: a number that is given with its zeros also where it stands without them."""
        if self.digits and self.words[0].lstrip("0") == self.digits:
            return Term((self.digits,)).holds(bind, said)
        return self._condition("holding", bind, ROW, said or for_index)

    def _condition(self, pattern: str, bind: Bind, place: str, said: Said) -> str:
        found = " and ".join(_one(word, pattern, bind, place, said) for word in self.words)
        return f"(({found}) or {said(self.digits, pattern, bind, place)})" if self.digits else found


def begins_like(alike: Sequence[str], bind: Bind, place: str, said: Said) -> str:
    """Some word of the row begins with one of these, given as they are spelled; one statement for however many.

    For the index one pattern, so that one look into it finds the rows that have all that is asked and are in sight. Of
    letters outside ASCII the index has little to say about a pattern with alternatives, so it is asked for each.
    """
    if said is for_index and all(word.isascii() for word in alike):
        plain = "|".join(re.sub(r"([^\w\s])", r"\\\1", word) for word in alike)
        return f"{place} ~ (select {bind(f' (?:{plain})')})"
    patterns = f"(select array(select beginning(w) from string_to_table({bind(' '.join(alike))}, ' ') w))"
    return f"{place} like any ({patterns}::text[])"


def for_index(word: str, pattern: str, bind: Bind, place: str) -> str:
    """The index of words can find it. A subquery has the pattern worked out once, not for each row.

    For what is joined by signs and for long numbers it is asked for short pieces, each by itself: so it steps over rows
    that lack one of them, where it would look at every row that has the rarest three letters of the whole.
    """
    asked = [f"{place} ~ (select {bind(piece)})" for piece in _short_pieces(word, pattern)]
    if asked:
        return " and ".join([*asked, at_hand(word, pattern, bind, place)])
    return f"{place} like (select {pattern}({bind(word)}))"


def _short_pieces(word: str, pattern: str) -> list[str]:
    """What every row has that has the word; the last ones first, for they are rarer more often. Of most words none."""
    joined = re.findall("[a-z0-9]+", word.lower()) if word.isascii() else []
    if len(joined) > 1 and max(map(len, joined)) >= _TRIGRAM:
        infix = [joined[0]] if pattern == "holding" and len(joined[0]) >= _TRIGRAM else []
        starts = joined if pattern == "beginning" else joined[1:]
        pieces = [*(f" {start}" for start in reversed(starts)), *infix]
        longest = nlargest(_FEW, pieces, key=len)
        return [piece for piece in pieces if piece in longest]
    if joined == [word] and word.isdecimal() and len(word) >= 2 * _TRIGRAM and pattern == "holding":
        return [word[start : start + _TRIGRAM] for start in range(len(word) - _TRIGRAM, -1, -2)][:_FEW]
    return []


def at_hand(word: str, pattern: str, bind: Bind, place: str) -> str:
    """The same of a row that is read anyway: half the work of a pattern, and no index is asked because of it."""
    return f"strpos({place}, (select btrim({pattern}({bind(word)}), '%'))) > 0"


def _one(word: str, pattern: str, bind: Bind, place: str, said: Said) -> str:
    if not _SHORT_SCRIPTS.fullmatch(unicodedata.normalize("NFC", word)):
        return said(word, pattern, bind, place)
    held = f"s.grams @> (select array[normalize(bare({bind(word)}), NFC)])"
    return held if pattern == "holding" else f"{said(word, pattern, bind, place)} and {held}"


def pieces(text: str) -> list[str]:
    """Up to eight words that have a letter or a digit, without what PostgreSQL cannot read."""
    words = text.encode(errors="ignore").decode().replace("\x00", "").split()
    return [word[:100] for word in words if any(c.isalnum() for c in word[:100])][:MOST_WORDS]


def terms(words: Sequence[str]) -> list[Term]:
    """Each word is a term; what reads like a telephone number in one or more words is one."""
    found: list[Term] = []
    for dialled, group in groupby(words, lambda word: bool(_DIALLED.fullmatch(word))):
        run = tuple(group)
        found += _number(run) if dialled else [Term((word,)) for word in run]
    return found


def _number(words: tuple[str, ...]) -> Iterator[Term]:
    """Its digits, without the zeros that stand before a country or an area.

    What is short and written without the signs of a telephone number may be the number of an invoice as well.
    """
    written = " ".join(words)
    digits = re.sub(r"\(0\)|[^0-9]", "", written).lstrip("0")
    if len(digits) < _FEWEST_DIGITS or (digits,) == words:
        yield from (Term((word,)) for word in words)
    elif len(digits) >= _SURELY or re.search(r"[+()]|^00", written):
        yield Term((digits,))
    else:
        yield Term(words, digits)
