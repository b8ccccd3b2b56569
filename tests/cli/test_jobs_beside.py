"""The worker beside the server: one that is killed is followed by another, and none outlives the server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.web.serving import free_port
from visavis.store import embedded


def workers(data_dir: Path) -> list[int]:
    return [holder.pid for holder in embedded.status(data_dir).holders if holder.role == "worker"]


def another(data_dir: Path, former: list[int]) -> list[int]:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        found = workers(data_dir)
        if found and found != former:
            return found
        time.sleep(0.1)
    raise AssertionError(f"no worker but {former}")


def test_a_killed_worker_is_replaced(empty_dir: Path) -> None:
    command = [sys.executable, "-m", "visavis.cli", "--data-dir", str(empty_dir), "serve", "--port", str(free_port())]
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as server:
        try:
            first = another(empty_dir, [])
            os.kill(first[0], signal.SIGKILL)
            second = another(empty_dir, first)
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(30) == 0
    assert second != first and workers(empty_dir) == []
