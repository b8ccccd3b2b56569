"""A real product: data folder, database, worker, server, and Chromium in front of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
SHOTS = Path(os.environ.get("VISAVIS_SHOTS", ROOT / "build" / "screenshots"))
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass(frozen=True)
class Product:
    """What was installed: where it answers and where its data lies."""

    url: str
    data_dir: Path

    def run(self, *words: str) -> str:
        """One command of the product; what it printed."""
        done = subprocess.run([*_command(self.data_dir), *words], capture_output=True, text=True, check=True)
        return done.stdout

    def sign_in_link(self) -> str:
        return self.run("sign-in-link", "--base", self.url).strip()


def _command(data_dir: Path) -> list[str]:
    return [sys.executable, "-m", "visavis.cli", "--data-dir", str(data_dir)]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The main job comes first: it reads the base as the demo leaves it, and the imports add to that."""
    items.sort(key=lambda item: item.path.name != "test_main_job.py")


@pytest.fixture(scope="session")
def product(product_dir: Path) -> Iterator[Product]:
    """The main job done and served."""
    data_dir = product_dir / "demo"
    prepared = subprocess.run(
        [sys.executable, "-m", "visavis.cli", "--json", "--data-dir", str(data_dir), "demo", "--no-serve"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(prepared.stdout)["base"]["customers"] > 4000
    with Serving(data_dir) as url:
        yield Product(url, data_dir)
    subprocess.run([*_command(data_dir), "stop"], check=True, capture_output=True)


class Serving:
    """``visavis serve`` on a free port, until the block ends."""

    def __init__(self, data_dir: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._command = [*_command(data_dir), "serve", "--port", str(self._port)]

    def __enter__(self) -> str:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("Ready"), line
        url = f"http://127.0.0.1:{self._port}"
        with urllib.request.urlopen(f"{url}/healthz", timeout=10) as answer:
            assert answer.status == 200
        return url

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        assert self._process.wait(timeout=30) == 0


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; a machine without one gets it from ``make test``."""
    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    if path is None:
        pytest.fail("There is no Chromium. Install it with: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, product: Product) -> Iterator[Page]:
    """A signed-in page of 1440 × 900. The test fails on any error that the page's console shows."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", accept_downloads=True)
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    opened.goto(product.sign_in_link())
    opened.wait_for_url(re.compile(r"^(?!.*sign-in).*$"))
    yield opened
    context.close()
    assert not wrong, wrong


def shot(page: Page, name: str) -> None:
    """Keep a picture of the page, once nothing moves."""
    SHOTS.mkdir(parents=True, exist_ok=True)

    page.screenshot(path=SHOTS / f"{name}.png", animations="disabled")
