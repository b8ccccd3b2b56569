"""The examples of the docs run, against a product that is served."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.fixture(scope="module")
def environment(product_dir: Path) -> Iterator[dict[str, str]]:
    """What the docs tell the reader to set."""
    data_dir = str(product_dir / "docs")
    command = [sys.executable, "-m", "visavis.cli", "--data-dir", data_dir]
    clean = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    token = subprocess.run([*command, "token", "--create"], capture_output=True, text=True, check=True, env=clean)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([*command, "serve", "--port", str(port)], stdout=subprocess.PIPE, text=True, env=clean)
    assert server.stdout is not None
    assert server.stdout.readline().startswith("Ready")
    yield clean | {"VISAVIS": f"http://127.0.0.1:{port}", "TOKEN": token.stdout.strip()}
    server.terminate()
    server.wait(timeout=30)
    subprocess.run([*command, "stop"], check=True, capture_output=True, env=clean)


def test_every_example_of_the_api_runs(environment: dict[str, str]) -> None:
    blocks = _BLOCK.findall((DOCS / "api.md").read_text(encoding="utf-8"))
    assert len(blocks) >= 5
    for block in blocks:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block], capture_output=True, text=True, check=False, env=environment
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    missing = [link for link in _LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert missing == []
