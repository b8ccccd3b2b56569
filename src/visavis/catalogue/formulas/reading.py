"""From text to parts: words, numbers, texts in quotes, operators by rank, calls, parentheses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from visavis.catalogue.formulas.nodes import FormulaError, Written

LONGEST = 2_000
DEEPEST = 40
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>\"(?:[^\"\\\x00]|\\[\"\\])*\")"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)|(?P<sign><=|>=|!=|<>|==|[-+*/&=<>(),]))"
)
_RANKS = (("or",), ("and",), ("=", "!=", "<", "<=", ">", ">="), ("+", "-", "&"), ("*", "/"))
_COMPARING = 2
_SAME = {"==": "=", "<>": "!="}
_WORDS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class _Token:
    at: int
    form: str
    text: str


def parse(text: str) -> Written:
    """The parts of the text, or a ``FormulaError``."""
    if len(text) > LONGEST:
        raise FormulaError(LONGEST, f"A formula has at most {LONGEST:,} characters.", "Split it into two fields.")
    return _Reader(list(_tokens(text)), len(text)).whole()


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            raise FormulaError(start, f"{text[start]!r} has no meaning here.", _hint(text[start]))
        form = str(found.lastgroup)
        word = found.group(form)
        lower = word.lower()
        if form == "word" and lower in ("and", "or", "not"):
            form, word = "sign", lower
        yield _Token(found.start(form), form, _SAME.get(word, word))
        at = found.end()


def _hint(sign: str) -> str:
    if sign in "'“”„":
        return 'Put texts in straight double quotes: "like this".'
    return "Use fields, numbers, texts in double quotes, + - * / & = != < <= > >=, and, or, not, and functions."


class _Reader:
    def __init__(self, tokens: list[_Token], end: int) -> None:
        self._tokens, self._end = tokens, end
        self._place = 0
        self._depth = 0

    def whole(self) -> Written:
        if not self._tokens:
            raise FormulaError(0, "The formula is empty.", "Write one like amount * probability / 100.")
        found = self._ranked(0)
        if self._next:
            raise FormulaError(self._next.at, f"'{self._next.text}' is too much here.", "Put an operator before it.")
        return found

    @property
    def _next(self) -> _Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _take(self, *signs: str) -> _Token | None:
        token = self._next
        if token is None or token.form != "sign" or token.text not in signs:
            return None
        self._place += 1
        return token

    def _ranked(self, rank: int) -> Written:
        if rank == len(_RANKS):
            return self._single()
        found = self._negated() if rank == _COMPARING else self._ranked(rank + 1)
        while sign := self._take(*_RANKS[rank]):
            found = Written(sign.at, "call", sign.text, parts=(found, self._ranked(rank + 1)))
            if rank == _COMPARING and self._next and self._next.text in _RANKS[rank]:
                raise FormulaError(self._next.at, "Two comparisons in a row.", "Join them: a < b and b < c.")
        return found

    def _negated(self) -> Written:
        if sign := self._take("not"):
            with_depth = self._deeper(sign, lambda: self._ranked(_COMPARING))
            return Written(sign.at, "call", "not", parts=(with_depth,))
        return self._ranked(_COMPARING + 1)

    def _single(self) -> Written:
        if sign := self._take("-"):
            return Written(sign.at, "call", "negative", parts=(self._deeper(sign, self._single),))
        if sign := self._take("("):
            return self._closed(sign)
        token = self._next
        if token is None:
            raise FormulaError(self._end, "Something is missing at the end.", "Add a field, a value or a function.")
        self._place += 1
        return self._word(token)

    def _closed(self, sign: _Token) -> Written:
        found = self._deeper(sign, lambda: self._ranked(0))
        if not self._take(")"):
            self._unclosed(sign)
        return found

    def _unclosed(self, sign: _Token) -> NoReturn:
        at = self._next.at if self._next else self._end
        raise FormulaError(at, f"The parenthesis at character {sign.at + 1} is not closed.", "Add a ')' or a ','.")

    def _word(self, token: _Token) -> Written:
        if token.form == "number":
            return Written(token.at, "constant", value=_number(token))
        if token.form == "text":
            return Written(token.at, "constant", value=re.sub(r"\\(.)", r"\1", token.text[1:-1]) or None)
        if token.form == "sign":
            raise FormulaError(token.at, f"'{token.text}' cannot stand here.", "Put a field, value or function there.")
        if sign := self._take("("):
            return Written(token.at, "call", token.text.lower(), parts=tuple(self._arguments(sign)))
        if token.text.lower() in _WORDS:
            return Written(token.at, "constant", value=_WORDS[token.text.lower()])
        return Written(token.at, "name", token.text)

    def _arguments(self, sign: _Token) -> Iterator[Written]:
        if self._take(")"):
            return
        yield self._deeper(sign, lambda: self._ranked(0))
        while self._take(","):
            yield self._deeper(sign, lambda: self._ranked(0))
        if not self._take(")"):
            self._unclosed(sign)

    def _deeper(self, token: _Token, read: Callable[[], Written]) -> Written:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaError(token.at, f"More than {DEEPEST} levels deep.", "Split it into two fields.")
        found = read()
        self._depth -= 1
        return found


def _number(token: _Token) -> Decimal:
    whole, _, decimals = token.text.partition(".")
    if len(whole) > 15 or len(decimals) > 6:
        raise FormulaError(token.at, "The number is too long.", "Use up to 15 digits and 6 decimals.")
    return Decimal(token.text)
