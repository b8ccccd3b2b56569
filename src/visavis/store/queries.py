"""SQL as readable text: a .sql file of `-- name: xyz` blocks becomes a namespace of strings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

_NAME = re.compile(r"^--\s*name:\s*([a-z_][a-z0-9_]*)\s*$", re.MULTILINE)


class Queries(Mapping[str, str]):
    """The blocks of one file, as `q["claim"]` or `q.claim`."""

    def __init__(self, path: Path, blocks: Mapping[str, str]) -> None:
        self._path = path
        self._blocks = dict(blocks)

    def __getitem__(self, name: str) -> str:
        return self._blocks[name]

    def __getattr__(self, name: str) -> str:
        try:
            return self._blocks[name]
        except KeyError:
            raise AttributeError(f"{self._path.name} has no query named {name}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._blocks)

    def __len__(self) -> int:
        return len(self._blocks)


@cache
def queries(path: Path) -> Queries:
    """Read `path` once. Raises ValueError for a name used twice or a file without names."""
    parts = _NAME.split(path.read_text(encoding="utf-8"))
    names, bodies = parts[1::2], [body.strip() for body in parts[2::2]]
    if not names or len(set(names)) != len(names):
        raise ValueError(f"{path}: every query needs a name of its own")
    return Queries(path, dict(zip(names, bodies, strict=True)))
