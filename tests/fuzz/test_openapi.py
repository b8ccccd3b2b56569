"""The description and the server agree: every check of schemathesis, against a real server on a real database."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.web.serving import serving

HERE = Path(__file__).parent
WHOLE = os.environ.get("FUZZ") == "all"
FIXED = (
    "^/(sessions|me|tokens|workspace|views|jobs|search|catalogue|openapi|imports|insight|merges|actions|policies"
    "|key-customers|costing|pivots|import-sets|next-offers)"
)
SYSTEMATIC = f"^/(employments|teams)(/|$)|^/companies(/{{id}})?$|{FIXED}"
RANDOM = f"^/(deals|products)(/|$)|{FIXED}"
ENDLESS = "^/events$"


@pytest.fixture
def run(dsn: str, schema: str, tmp_path: Path):
    with serving(dsn, schema, tmp_path) as (address, token):

        def _run(*options: str, hooks: str = "tests.fuzz.hooks") -> None:
            command = [
                *(shutil.which("st", path=str(Path(sys.executable).parent)) or "st",),
                *("--config-file", str(HERE / "schemathesis.toml"), "run", f"{address}/api/v1/openapi.json"),
                *("--header", f"Authorization: Bearer {token}", "--checks", "all", "--exclude-path-regex", ENDLESS),
                *("--warnings", "off", "--no-color", "--generation-database", "none", "--continue-on-failure"),
                *options,
            ]
            env = {**os.environ, "SCHEMATHESIS_HOOKS": hooks}
            done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=3_000, check=False)
            assert done.returncode == 0, _shortened(done.stdout + done.stderr)
            _was_heard(address, token)

        yield _run


def _was_heard(address: str, token: str) -> None:
    """The run kept its rights to the end, and wrote something."""
    headers = {"Authorization": f"Bearer {token}"}
    asked = [f"{name}/summary?trash={trash}" for name in ("teams", "products", "deals") for trash in ("true", "false")]
    found = [httpx.get(f"{address}/api/v1/{one}", headers=headers).json() for one in asked]
    assert sum(answer["total"]["count"] for answer in found) > 0


def _shortened(text: str) -> str:
    return "\n".join(line[:400] for line in text.splitlines())


def test_systematic_cases(run) -> None:
    """Each boundary and each kind of wrong value. Generic routes are one code: three record types stand for all."""
    run("--phases", "examples,coverage", *(() if WHOLE else ("--include-path-regex", SYSTEMATIC)))


def test_random_cases(run) -> None:
    """Values that nobody thought of."""
    few = ("--max-examples", "10", "--no-shrink", "--include-path-regex", RANDOM)
    run("--phases", "fuzzing", "--seed", "1", *(("--max-examples", "50") if WHOLE else few))


def test_sequences(run) -> None:
    """Calls that build on each other's answers: made, read, changed, thrown away, looked for again, brought back."""
    few = ("--max-examples", "60", "--no-shrink", "--include-path-regex", "^/(teams|products|companies|views|tokens)")
    run(
        "--phases",
        "stateful",
        "--seed",
        "1",
        *(("--max-examples", "500") if WHOLE else few),
        hooks="tests.fuzz.sequences",
    )
