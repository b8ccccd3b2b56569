"""When two names are the same, nearly the same, or not: pure, on words as the search spells them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from visavis.records.nearby import variants

Likeness = Literal["same", "similar", "none"]
_LEGAL = frozenset(
    "ab ag as bv co company corp corporation gmbh inc incorporated kft kg limited llc".split()  # noqa: SIM905
    + "llp ltd nv oy plc pte pty sa sarl sas sl spa srl sro zrt".split()  # noqa: SIM905
)


@cache
def _households() -> dict[str, frozenset[str]]:
    """Each short name → the names that it may stand for, itself among them."""
    found: dict[str, set[str]] = {}
    for line in Path(__file__).with_name("nicknames.txt").read_text(encoding="utf-8").splitlines():
        names = line.split()
        for name in names:
            found.setdefault(name, set()).update(names)
    return {name: frozenset(names) for name, names in found.items()}


def called(word: str) -> frozenset[str]:
    """The word and the names that people use for one another."""
    return _households().get(word, frozenset()) | {word}


def telling(words: Sequence[str]) -> list[str]:
    """The words without legal forms, unless there would be none."""
    return [word for word in words if word not in _LEGAL] or list(words)


def likeness(one: Sequence[str], other: Sequence[str]) -> Likeness:
    """Of two names, each as words in any order."""
    mine, theirs = sorted(telling(one)), sorted(telling(other))
    if not mine or not theirs:
        return "none"
    if mine == theirs or "".join(mine) == "".join(theirs):
        return "same"
    if len(mine) != len(theirs):
        return "none"
    return "similar" if _paired(mine, theirs) else "none"


def _paired(mine: list[str], theirs: list[str]) -> bool:
    left = list(theirs)
    for word in mine:
        match = next((w for w in left if w == word), None) or next((w for w in left if _alike(word, w)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def _alike(word: str, other: str) -> bool:
    return other in called(word) or other in set(variants(word))
