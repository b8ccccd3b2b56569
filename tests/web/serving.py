"""A real server in a process of its own, with an owner who has a token.

As a script: ``python -m tests.web.serving DSN SCHEMA FOLDER``; prints the address and a token when it listens.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop

from visavis.features.accounts import api as accounts
from visavis.features.runtime import open_workspace
from visavis.web import serve

PASSWORD = "correct horse battery"
EMAIL = "ann@example.com"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def main(dsn: str, schema: str, folder: str) -> None:
    port = free_port()
    async with open_workspace(dsn, Path(folder), schema) as workspace:
        async with workspace.context() as ctx:
            user_id = await accounts.ensure_owner(ctx, "Ann", EMAIL, PASSWORD)
            token = await accounts.create_token(ctx, user_id, "test")
        started = f"http://127.0.0.1:{port} {token}"
        await serve(workspace, port=port, ready=lambda: print(started, flush=True))  # noqa: T201


@contextmanager
def serving(dsn: str, schema: str, folder: Path) -> Iterator[tuple[str, str]]:
    """The address and the token; stopped as an operator would, by SIGTERM."""
    command = [sys.executable, "-m", "tests.web.serving", dsn, schema, str(folder)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(["src", ".", *sys.path])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout is not None
        address, _, token = process.stdout.readline().strip().partition(" ")
        assert token, "the server did not start"
        try:
            yield address, token
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:4]))
