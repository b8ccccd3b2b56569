"""Content lines, as vCard (RFC 6350) and iCalendar (RFC 5545) share them: ``NAME;PARAMETER=VALUE:value``, folded."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from visavis.features.imports.detect import encoding_of

_LONGEST = 1 << 18
_SPLIT = re.compile(r'((?:[^":]|"[^"]*")*?):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';([^=;:]+)(?:=((?:"[^"]*"|[^";:])*))?')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """``name`` in capitals, without a group; the values of ``parameters`` in capitals but for those in quotes."""

    name: str
    parameters: Mapping[str, str]
    value: str

    def kinds(self) -> set[str]:
        """What the line is for: ``HOME``, ``WORK``, ``CELL`` …"""
        return set(self.parameters.get("TYPE", "").upper().replace('"', "").split(",")) | set(self.parameters)

    @property
    def text(self) -> str:
        return unescaped(self.value)

    def parts(self, separator: str = ";") -> list[str]:
        """A structured value."""
        return [unescaped(p).strip() for p in re.split(rf"(?<!\\){re.escape(separator)}", self.value)]


def unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], text)


def read_lines(path: Path) -> Iterator[Line]:
    """All content lines, unfolded. What makes a line longer than 256 KiB (a picture) is cut off."""
    for text in _unfolded(path):
        if found := _parsed(text):
            yield found


def _unfolded(path: Path) -> Iterator[str]:
    whole: list[str] = []
    length, soft = 0, False
    for line in _physical(path):
        if whole and (soft or line.startswith((" ", "\t"))):
            piece = line if soft else line[1:]
            length += len(piece)
            whole.append(piece if length < _LONGEST else "")
        else:
            if whole:
                yield "".join(whole)
            whole, length = [line], len(line)
        soft = _is_soft(whole, line)
        if soft:
            whole[-1] = whole[-1] + "\n"
    if whole:
        yield "".join(whole)


def _is_soft(whole: list[str], line: str) -> bool:
    """Old cards go on after a ``=`` at the end of the line."""
    return line.endswith("=") and "QUOTED-PRINTABLE" in whole[0][:200].upper()


def _physical(path: Path) -> Iterator[str]:
    with path.open(encoding=encoding_of(path), errors="replace", newline=None) as file:
        while line := file.readline(_LONGEST):
            yield line.rstrip("\n").lstrip("\ufeff")


def _parsed(text: str) -> Line | None:
    found = _SPLIT.match(text)
    if found is None:
        return None
    name, *_ = found[1].split(";", 1)
    parameters: dict[str, str] = {}
    for key, value in _PARAMETER.findall(found[1][len(name) :]):
        known = parameters.get(key.upper())
        parameters[key.upper()] = f"{known},{value}" if known else value
    return Line(name.rsplit(".", 1)[-1].strip().upper(), parameters, _decoded(found[2], parameters))


def _decoded(value: str, parameters: Mapping[str, str]) -> str:
    if "QUOTED-PRINTABLE" not in (parameters.get("ENCODING", "").upper(), *parameters):
        return value
    raw = quopri.decodestring(value.encode("utf-8", "replace"))
    try:
        return raw.decode(parameters.get("CHARSET", "utf-8"), "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")
