"""Who lives is known by locks, not by pids in files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from visavis.kernel.errors import Unavailable
from visavis.store.presence import exclusive, holders, present


def test_a_holder_is_seen_while_it_lives(tmp_path: Path) -> None:
    with present(tmp_path, "serve"), present(tmp_path, "worker"):
        assert {(h.pid, h.role) for h in holders(tmp_path)} == {(os.getpid(), "serve"), (os.getpid(), "worker")}
    assert holders(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_killed_holder_is_forgotten(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from visavis.store.presence import present\n"
        "with present(Path(sys.argv[1]), 'serve'): print('in', flush=True); time.sleep(3600)"
    )
    child = subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, env=_environment())
    assert child.stdout
    assert child.stdout.readline() == b"in\n"
    assert [h.pid for h in holders(tmp_path)] == [child.pid]
    child.kill()
    child.wait()
    child.stdout.close()
    assert len(list(tmp_path.iterdir())) == 1
    assert holders(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_exclusive_waits_and_gives_up(tmp_path: Path) -> None:
    with exclusive(tmp_path / "lock"), pytest.raises(Unavailable), exclusive(tmp_path / "lock", seconds=0.05):
        pass
    with exclusive(tmp_path / "lock", seconds=0):
        pass


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
