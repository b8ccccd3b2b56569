"""Folders and processes for the tests of the embedded server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from visavis.store import embedded_process as processes
from visavis.store.embedded_wire import Wire

ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}


def python(code: str, *args: object) -> subprocess.Popen[str]:
    """A Python process of its own that runs `code`."""
    command = [sys.executable, "-c", code, *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)


def line(process: subprocess.Popen[str]) -> str:
    """The next line that the process prints."""
    assert process.stdout
    return process.stdout.readline().strip()


def close(process: subprocess.Popen[str]) -> int:
    """Wait for the end; the exit status."""
    assert process.stdout
    process.stdout.close()
    return process.wait(30)


def ask(folder: Path, sql: str) -> list[list[str | None]]:
    """Rows from the server whose socket is in `folder`."""
    with Wire(folder, "visavis", "visavis") as wire:
        return wire.ask(sql)


def socket_folder(cluster: Path) -> Path:
    """Where the running server of `cluster` listens."""
    claim = processes.pid_file(cluster)
    assert claim
    return claim.socket_folder
