"""A file is turned into CSV by a child process with bounded memory and time.

A hostile or huge file may cost the child its life, never the server's.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from visavis.kernel.errors import Invalid, Problem, TooLarge

MAX_MEMORY = 2 << 30
SECONDS = 300
_STARVED = (b"MemoryError", b"memory allocation", b"bad_alloc", b"malloc", b"Cannot allocate")


def convert(module: str, source: Path, target: Path, *more: str, refusals: Mapping[int, str], broken: str,
            too_large: str) -> None:  # fmt: skip
    """Let ``module`` write ``target`` from ``source``; ``Invalid`` or ``TooLarge`` says what is wrong.

    ``refusals``: what the exit codes of the module mean.
    """
    draft = target.with_suffix(f".{os.getpid()}.part")
    command = [sys.executable, "-m", module, str(source), str(draft), *more]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, env=_environment())
        if done.returncode != 0:
            raise _refusal(done.returncode, done.stderr, refusals, broken, too_large)
        draft.replace(target)
    except subprocess.TimeoutExpired as error:
        raise TooLarge(too_large) from error
    finally:
        draft.unlink(missing_ok=True)


def bound_memory(most: int = MAX_MEMORY) -> None:
    """Called by the child: it may not grow beyond this."""
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}


def _refusal(code: int, stderr: bytes, refusals: Mapping[int, str], broken: str, too_large: str) -> Problem:
    if code in refusals:
        return Invalid(refusals[code])
    starved = code < 0 or any(word in stderr for word in _STARVED)
    return TooLarge(too_large) if starved else Invalid(broken)
