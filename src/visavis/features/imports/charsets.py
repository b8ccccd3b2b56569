"""Which code page a text is in, by how well it then reads as one of its languages.

A model of a language is the pairs of letters in the names of its countries, languages, months and days (Unicode CLDR,
as Babel brings it). The reading of the bytes that is likeliest in one of its languages wins.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

CANDIDATES: dict[str, tuple[str, ...]] = {
    "cp949": ("ko",),
    "gb18030": ("zh_Hans",),
    "cp1255": ("he", "yi"),
    "cp1251": ("ru", "uk", "bg", "sr_Cyrl"),
    "cp1250": ("ro", "pl", "cs", "hu", "sk", "hr", "sl"),
    "cp1252": ("de", "fr", "es", "it", "pt", "sv", "da", "nl", "fi"),
    "big5": ("zh_Hant",),
    "cp932": ("ja",),
    "cp1253": ("el",),
    "cp1254": ("tr",),
    "koi8_r": ("ru",),
    "cp866": ("ru",),
    "iso8859_2": ("ro", "pl", "cs", "hu", "sk"),
}
_WORD = re.compile(r"[^\W\d_]+")
_CEDILLA = str.maketrans("ŞşŢţ", "ȘșȚț")
_USUAL_SIGNS = frozenset("«»“”„‘’–—…€£¥°·、。，（）：；§\u00a0\u3000")
_UNKNOWN, _STRANGE, _PLAIN, _ODD_CAPITAL = -9.0, -12.0, -3.0, -3.0
_KNOWN_IDEOGRAPH, _UNKNOWN_IDEOGRAPH = -9.0, -14.0
_RARE = dict.fromkeys(("koi8_r", "cp866", "iso8859_2"), -8.0) | dict.fromkeys(
    ("big5", "cp932", "cp1253", "cp1254"), -3.0
)
_COMMON = {
    "ko": ("euc_kr", 0xB0, 0xC8),
    "zh_Hans": ("gb2312", 0xB0, 0xD7),
    "zh_Hant": ("big5", 0xA4, 0xC6),
    "ja": ("shift_jis", 0x82, 0x97),
}
_IDEOGRAPH = ord("⺀")


def best(raw: bytes) -> str:
    """The likeliest of ``CANDIDATES`` for words that are no UTF-8."""
    return max(CANDIDATES, key=lambda name: _score(raw, name))


def _score(raw: bytes, name: str) -> float:
    """The logarithm of the chance of the text, each word in its likeliest language of the code page."""
    try:
        text = (raw + b"\n").decode(name)
    except UnicodeDecodeError:
        return -math.inf
    words = _WORD.findall(text.translate(_CEDILLA))
    signs = sum(_PLAIN if c in _USUAL_SIGNS else _STRANGE for c in _WORD.sub("", text) if not c.isascii())
    return (
        _RARE.get(name, 0.0) + signs + sum(max(_fit(word, language) for language in CANDIDATES[name]) for word in words)
    )


def _fit(word: str, language: str) -> float:
    pairs, letters = _model(language)
    folded = word.lower()
    whole = 0.0
    for before, letter, written in zip(" " + folded, folded, word, strict=False):
        if ord(letter) >= _IDEOGRAPH:
            whole += letters.get(letter) or _ideograph(letter, language)
        elif letter.isascii() and before.isascii():
            whole += _PLAIN
        else:
            whole += pairs.get(before + letter, _UNKNOWN)
        if written.isupper() and before != " " and not word.isupper():
            whole += _ODD_CAPITAL
    return whole


def _ideograph(letter: str, language: str) -> float:
    """One that is in none of the names: is it among the common ones of its national standard?"""
    standard, first, last = _COMMON.get(language, ("ascii", 0, 0))
    try:
        return _KNOWN_IDEOGRAPH if first <= letter.encode(standard)[0] <= last else _UNKNOWN_IDEOGRAPH
    except UnicodeEncodeError:
        return _UNKNOWN_IDEOGRAPH


@cache
def _model(language: str) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """The logarithms of the chance of a letter after another, and of a letter anywhere."""
    pairs: Counter[str] = Counter()
    letters: Counter[str] = Counter()
    for name in _names(language):
        for word in _WORD.findall(name.translate(_CEDILLA)):
            folded = word.lower()
            letters.update(folded)
            pairs.update(a + b for a, b in zip(" " + folded, folded, strict=False))
    before: Counter[str] = Counter()
    for pair, count in pairs.items():
        before[pair[0]] += count
    total = sum(letters.values())
    return (
        {pair: max(_UNKNOWN, math.log(count / before[pair[0]])) for pair, count in pairs.items()},
        {letter: math.log(count / total) for letter, count in letters.items()},
    )


def _names(language: str) -> Iterable[str]:
    from babel import Locale

    locale = Locale.parse(language)
    yield from locale.territories.values()
    yield from locale.languages.values()
    for width in ("wide", "abbreviated"):
        yield from locale.months["format"][width].values()
        yield from locale.days["format"][width].values()
