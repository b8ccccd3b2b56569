"""Length limits of files and functions, and the figures behind them."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from lints.violation import Violation

FILE = 500
PAGE_FILE = 250
FUNCTION = 60
PAGE_SUFFIXES = (".ts", ".tsx")
MEASURED = (".py", ".sql", ".css", *PAGE_SUFFIXES)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(source: str) -> Iterator[tuple[str, int, int]]:
    """Name, first line and length in lines of every function, decorators not counted."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function):
            yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def check_file(path: str, text: str) -> Iterator[Violation]:
    """Every limit that this one file breaks."""
    limit = PAGE_FILE if path.startswith("ui/src/") and path.endswith(PAGE_SUFFIXES) else FILE
    lines = text.count("\n")
    if lines > limit:
        yield Violation(path, 1, "file-length", f"{lines} lines, the limit is {limit}", lines)
    if not path.endswith(".py"):
        return
    for name, line, length in functions(text):
        if length > FUNCTION:
            yield Violation(
                path, line, "function-length", f"{name} has {length} lines, the limit is {FUNCTION}", length
            )


def figures(root: Path) -> str:
    """One line: how long the product's Python functions are."""
    lengths = sorted(
        length for path in sorted((root / "src").rglob("*.py")) for *_, length in functions(path.read_text("utf-8"))
    )
    if len(lengths) < 2:
        return "no functions yet"
    p90 = quantiles(lengths, n=10)[8]
    return f"{len(lengths)} functions, median {median(lengths):g} lines, p90 {p90:g}, longest {lengths[-1]}"
