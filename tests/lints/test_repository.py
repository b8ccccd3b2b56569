import subprocess
from pathlib import Path

from lints.__main__ import Exemption, files, judge, violations
from lints.violation import Violation

LONG = Violation("a.py", 1, "file-length", "510 lines, the limit is 500", 510)


def test_an_exemption_covers_up_to_its_limit() -> None:
    assert judge([LONG], [Exemption("a.py", "file-length", "a table", 510)]) == []
    told = judge([LONG], [Exemption("a.py", "file-length", "a table", 505)])
    assert len(told) == 2
    assert str(LONG) in told


def test_an_exemption_that_covers_nothing_fails() -> None:
    (told,) = judge([], [Exemption("a.py", "file-length", "a table", 510)])
    assert "a.py no longer needs its file-length entry" in told


def test_files_are_those_git_knows_or_would_add(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    for name in ("kept.py", "ignored.py", "picture.png"):
        (tmp_path / name).write_text("# TODO\n")
    (tmp_path / ".gitignore").write_text("ignored.py\n")
    assert files(tmp_path) == ["kept.py"]
    assert [v.rule for v in violations(tmp_path, ["kept.py"])] == ["unfinished"]
