"""Rules of the house on what code may say: SQL, commits, imports of the pure rooms, slices, unfinished work."""

import ast
import re
import sys
from collections.abc import Iterator

from lints.violation import Violation

SELECT_STAR = re.compile(
    r"\bselect\s+(?:distinct\s+)?(?:\w+\.)?\*(?:.*?\bfrom\s+(\w+\s*\(|\w+|\())?", re.IGNORECASE | re.DOTALL
)
DEFINED = re.compile(r"\b(\w+)\s+as\s+(?:(?:not\s+)?materialized\s+)?\(", re.IGNORECASE)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|HACK)\b|(?:#|//)\s*XXX\b")
ADDRESS = re.compile(r"--(?:extra-)?index-url|--find-links|^[^\"]*://|\"resolved\":")
LOCKS = ("requirements/", "ui/package-lock.json")
PACKAGE = "src/visavis/"
COMMITTERS = ("web", "cli", "worker", "store")
ENGINE = ("records", "access")
PURE = {"kernel": (), "catalogue": (), "objects": (), "fields": ("phonenumbers", "babel")}
SHARED_PLUMBING = ("app", "runtime", "slices", "uploads")


def check_file(path: str, text: str) -> Iterator[Violation]:
    """Every rule that this one file breaks; `path` is relative to the root of the repository."""
    if path.startswith(LOCKS):
        yield from addresses(path, text)
        return
    yield from unfinished(path, text)
    if path.endswith(".sql"):
        yield from _stars(path, 1, text)
    if not (path.startswith(PACKAGE) and path.endswith(".py")):
        return
    tree = ast.parse(text)
    yield from select_star(path, tree)
    yield from commits(path, tree)
    yield from impure_imports(path, tree)
    yield from slice_doors(path, tree)


def room(path: str) -> str:
    """The room of a file of the package: `src/visavis/store/pool.py` is in `store`."""
    return path.removeprefix(PACKAGE).split("/")[0].removesuffix(".py")


def unfinished(path: str, text: str) -> Iterator[Violation]:
    """Work to do belongs in an issue, not in the text."""
    for number, line in enumerate(text.splitlines(), 1):
        if UNFINISHED.search(line):
            yield Violation(path, number, "unfinished", "finish it, or open an issue")


def addresses(path: str, text: str) -> Iterator[Violation]:
    """A lock names packages and hashes; where they come from is the installer's choice."""
    for number, line in enumerate(text.splitlines(), 1):
        if ADDRESS.search(line):
            yield Violation(path, number, "lock-address", "a lock file holds no address")


def select_star(path: str, tree: ast.Module) -> Iterator[Violation]:
    """SQL names its columns: a reader of all of them breaks when a field is added.

    `select *` is fine from what the same statement spells out: a common table expression, a subquery, a function.
    """
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node, text in _texts(tree):
        if id(node) not in prose:
            yield from _stars(path, node.lineno, text)


def _texts(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """Every string, formatted ones whole with a blank for each value."""
    formatted = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for node in formatted for part in node.values}
    for joined in formatted:
        yield joined, "".join(str(p.value) if isinstance(p, ast.Constant) else " _ " for p in joined.values)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node, node.value


def _stars(path: str, first_line: int, sql: str) -> Iterator[Violation]:
    defined = set(DEFINED.findall(sql))
    for found in SELECT_STAR.finditer(sql):
        source = found.group(1) or ""
        if source not in defined and not source.endswith("("):
            line = first_line + sql.count("\n", 0, found.start())
            yield Violation(path, line, "select-star", "name the columns")


def commits(path: str, tree: ast.Module) -> Iterator[Violation]:
    """One request or job is one transaction: the door commits it, and the engine works inside what it is given."""
    if room(path) in COMMITTERS:
        return
    forbidden = ("commit", "transaction") if room(path) in ENGINE else ("commit",)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in forbidden:
            yield Violation(path, node.lineno, "commit", f"{room(path)} may not call {node.func.attr}")


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and absolute dotted name of everything imported, `from a import b` as `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def impure_imports(path: str, tree: ast.Module) -> Iterator[Violation]:
    """The pure rooms stand on the standard library (fields on two data libraries more)."""
    allowed = PURE.get(room(path))
    if allowed is None:
        return
    for line, name in imports(tree):
        top = name.split(".")[0]
        if top not in sys.stdlib_module_names and top not in ("visavis", *allowed):
            yield Violation(path, line, "pure-room", f"{room(path)} may not import {top}")


def slice_doors(path: str, tree: ast.Module) -> Iterator[Violation]:
    """A slice is entered through its api.py only."""
    own = path.removeprefix(PACKAGE + "features/").split("/")[0]
    for line, name in imports(tree):
        parts = name.split(".")
        if parts[:2] != ["visavis", "features"] or len(parts) < 4:
            continue
        slice_, module = parts[2], parts[3]
        if slice_ not in (own, *SHARED_PLUMBING) and module != "api":
            yield Violation(path, line, "slice-door", f"enter features.{slice_} through its api, not {module}")
