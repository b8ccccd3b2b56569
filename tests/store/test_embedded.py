"""The embedded server: found, shared, stopped, and brought back after the worst."""

from __future__ import annotations

import multiprocessing
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.embedding import ask, close, line, python, socket_folder
from visavis.kernel.errors import Unavailable
from visavis.store import embedded, embedded_place
from visavis.store import embedded_process as processes
from visavis.store.embedded_wire import state

START = "import sys; from pathlib import Path; from visavis.store import embedded\n"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A data folder with a stopped server, made once."""
    base = Path(tempfile.mkdtemp(prefix="vav-", dir="/tmp"))
    base.chmod(0o755)
    embedded.ensure_running(base / "data")
    embedded.stop(base / "data")
    yield base / "data"
    shutil.rmtree(base)


@pytest.fixture
def data_dir(made: Path, empty_dir: Path) -> Path:
    """A copy of it."""
    subprocess.run(["cp", "-a", made, empty_dir], check=True)
    return empty_dir


def test_first_start_creates_and_later_ones_find(empty_dir: Path) -> None:
    first = embedded.ensure_running(empty_dir)
    again = embedded.ensure_running(empty_dir)
    assert (first.started, again.started) == (True, False)
    assert (first.pid, first.dsn) == (again.pid, again.dsn)
    status = embedded.status(empty_dir)
    assert (status.running, status.pid, status.dsn) == (True, first.pid, first.dsn)
    assert processes.is_postmaster(first.pid, status.cluster)


def test_the_server_is_private_safe_and_speaks_every_script(data_dir: Path) -> None:
    embedded.ensure_running(data_dir)
    folder = socket_folder(embedded.status(data_dir).cluster)
    wanted = {"listen_addresses": "", "fsync": "on", "synchronous_commit": "on", "jit": "off", "TimeZone": "UTC"}
    found = {name: ask(folder, f"show {name}")[0][0] for name in wanted}
    assert found == wanted
    assert folder.stat().st_mode & 0o777 == 0o700
    assert ask(folder, "select extensions.show_trgm('김민수') <> '{}', lower('ȘTEFAN')") == [["t", "ștefan"]]
    assert ask(folder, "select count(*) from pg_extension where extname in ('pg_trgm', 'unaccent')") == [["2"]]


def test_stop_leaves_nothing(data_dir: Path) -> None:
    assert not embedded.stop(data_dir)
    embedded.ensure_running(data_dir)
    cluster = embedded.status(data_dir).cluster
    family = processes.family(cluster)
    assert len(family) > 3
    assert embedded.stop(data_dir)
    assert processes.family(cluster) == []
    assert not any(processes.is_alive(pid) for pid in family)
    assert not embedded.status(data_dir).running
    assert not embedded.stop(data_dir)


@pytest.mark.parametrize("smaller", [False, True], ids=["usual numbers", "smaller numbers"])
def test_a_backend_forked_just_now_is_not_taken_for_the_server(data_dir: Path, smaller: bool) -> None:
    server = embedded.ensure_running(data_dir)
    cluster = embedded.status(data_dir).cluster
    if smaller:
        _begin_numbers_anew(below=server.pid)
    connect = START + (
        "from visavis.store.embedded_wire import Wire\n"
        "while True:\n    with Wire(Path(sys.argv[1]), 'visavis', 'visavis'): pass"
    )
    callers = [python(connect, socket_folder(cluster)) for _ in range(2)]
    first = {processes.family(cluster)[0] for _ in range(600)}
    for caller in callers:
        caller.kill()
        close(caller)
    assert first == {server.pid}


def _begin_numbers_anew(below: int) -> None:
    """As when the numbers of processes have run out: those that come next are smaller than the server's."""
    try:
        Path("/proc/sys/kernel/ns_last_pid").write_text(str(below // 2))
    except OSError as refused:
        pytest.skip(f"the numbers of processes cannot be set here: {refused}")


def test_the_last_holder_stops_the_server(data_dir: Path) -> None:
    hold = START + (
        "with embedded.hold(Path(sys.argv[1]), 'serve') as server:\n"
        "    import signal; print(server.pid, flush=True); signal.pause()"
    )
    with embedded.hold(data_dir, "import") as server:
        child = python(hold, data_dir)
        assert int(line(child)) == server.pid
        roles = {(holder.pid, holder.role) for holder in embedded.status(data_dir).holders}
        assert roles == {(os.getpid(), "import"), (child.pid, "serve")}
        child.kill()
        close(child)
        assert processes.is_alive(server.pid)
    assert not embedded.status(data_dir).running


def test_stop_ends_our_processes_too(data_dir: Path) -> None:
    hold = START + (
        "with embedded.hold(Path(sys.argv[1]), 'serve') as server:\n    print('in', flush=True)\n"
        "    import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN) if sys.argv[2] == 'deaf' else 0\n"
        "    print('ready', flush=True); signal.pause()"
    )
    children = [python(hold, data_dir, how) for how in ("polite", "deaf")]
    for child in children:
        assert [line(child), line(child)] == ["in", "ready"]
    assert embedded.stop(data_dir, seconds=1.0)
    assert [close(child) for child in children] == [-signal.SIGTERM, -signal.SIGKILL]
    assert not embedded.status(data_dir).running


def test_starts_at_once_agree(empty_dir: Path) -> None:
    start = START + "s = embedded.ensure_running(Path(sys.argv[1])); print(s.pid, s.started, flush=True)"
    children = [python(start, empty_dir) for _ in range(4)]
    answers = [line(child).split() for child in children]
    for child in children:
        assert close(child) == 0
    assert len({pid for pid, _ in answers}) == 1
    assert sorted(started for _, started in answers) == ["False", "False", "False", "True"]


@pytest.mark.parametrize("survivors", ["none", "backends"])
def test_no_acknowledged_row_is_lost_to_kill_9(data_dir: Path, survivors: str) -> None:
    embedded.ensure_running(data_dir)
    cluster = embedded.status(data_dir).cluster
    folder = socket_folder(cluster)
    ask(folder, "create table note (n int)")
    write = START + (
        "from visavis.store.embedded_wire import Wire\n"
        "with Wire(Path(sys.argv[1]), 'visavis', 'visavis') as wire:\n"
        "    for n in range(1000000): wire.ask(f'insert into note values ({n})'); print(n, flush=True)"
    )
    writer = python(write, folder)
    busy = python(
        START + "from visavis.store.embedded_wire import Wire\nprint('in', flush=True)\n"
        "Wire(Path(sys.argv[1]), 'visavis', 'visavis', 600).ask('select count(*) from generate_series(1, 1e12)')",
        folder,
    )
    assert line(busy) == "in"
    while int(line(writer)) < 100:
        pass
    family = processes.family(cluster)
    processes.signal_all(family if survivors == "none" else family[:1], signal.SIGKILL)
    assert writer.stdout
    said = [int(word) for word in writer.stdout.read().split()]
    acknowledged = max(said, default=100)
    close(writer)
    server = embedded.ensure_running(data_dir)
    assert server.started
    close(busy)
    found = ask(socket_folder(cluster), "select count(*), max(n) from note")[0]
    assert int(found[0] or 0) >= acknowledged + 1
    assert int(found[1] or 0) >= acknowledged


def test_a_pid_that_now_belongs_to_somebody_else_is_not_believed(data_dir: Path) -> None:
    embedded.ensure_running(data_dir)
    cluster = embedded.status(data_dir).cluster
    folder = socket_folder(cluster)
    before = (cluster / "postmaster.pid").read_text()
    lock = (folder / ".s.PGSQL.5432.lock").read_text()
    family = processes.family(cluster)
    processes.signal_all(family, signal.SIGKILL)
    assert processes.wait_gone(family, 30)
    owner = cluster.stat()
    account = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    with subprocess.Popen(["sleep", "600"], **account) as stranger:  # type: ignore[call-overload]
        (cluster / "postmaster.pid").write_text(before.replace(str(family[0]), str(stranger.pid), 1))
        (folder / ".s.PGSQL.5432.lock").write_text(lock.replace(str(family[0]), str(stranger.pid), 1))
        assert not embedded.status(data_dir).running
        assert not embedded.stop(data_dir)
        assert embedded.ensure_running(data_dir).started
        assert stranger.poll() is None
        stranger.kill()


def test_a_broken_claim_is_not_in_the_way(data_dir: Path) -> None:
    embedded.ensure_running(data_dir)
    cluster = embedded.status(data_dir).cluster
    family = processes.family(cluster)
    processes.signal_all(family, signal.SIGKILL)
    assert processes.wait_gone(family, 30)
    (cluster / "postmaster.pid").write_text("")
    assert embedded.ensure_running(data_dir).started


def test_a_start_killed_half_way_is_begun_anew(empty_dir: Path) -> None:
    half = empty_dir / "postgres.new"
    half.mkdir(parents=True)
    empty_dir.chmod(0o755)
    (half / "PG_VERSION").write_text("18\n")
    assert embedded.ensure_running(empty_dir).started
    assert not half.exists()


def test_a_long_or_odd_path_gets_its_socket_elsewhere(empty_dir: Path) -> None:
    odd = empty_dir / f"a, b' c {'long' * 25}"
    assert embedded.ensure_running(odd).started
    folder = socket_folder(embedded.status(odd).cluster)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert state(folder, "visavis") == "ready"
    embedded.stop(odd)
    shutil.rmtree(folder)
    assert embedded.ensure_running(odd).started
    embedded.stop(odd)
    folder.rmdir()


def test_a_socket_folder_of_somebody_else_is_not_used(empty_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty_dir.mkdir()
    empty_dir.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(empty_dir.parent))
    place = embedded_place.Place(empty_dir / ("long" * 25), embedded_place.find(empty_dir).account)
    place.home.mkdir()
    taken = embedded_place.socket_folder(place)
    assert taken.parent == empty_dir.parent
    taken.chmod(0o755)
    other = embedded_place.socket_folder(place)
    assert other != taken
    other.rmdir()


@as_root
def test_root_runs_the_server_as_nobody_also_below_a_closed_folder(
    empty_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = empty_dir.parent / "homes"
    monkeypatch.setattr(embedded_place, "HOMES", homes)
    closed = empty_dir / "closed"
    closed.mkdir(parents=True, mode=0o700)
    closed.chmod(0o700)
    assert embedded.ensure_running(closed / "crm").started
    cluster = embedded.status(closed / "crm").cluster
    assert cluster.is_relative_to(homes)
    assert cluster.stat().st_uid == pwd.getpwnam("nobody").pw_uid
    assert closed.stat().st_mode & 0o777 == 0o700
    embedded.stop(closed / "crm")
    assert embedded.ensure_running(closed / "crm").started
    assert embedded.status(closed / "crm").cluster == cluster
    embedded.stop(closed / "crm")


@as_root
def test_binaries_below_a_closed_folder_are_brought_within_reach(
    empty_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = embedded_place._package()
    closed = empty_dir.parent / "closed"
    closed.mkdir(mode=0o700)
    for part in (package, package.with_name(package.name + ".libs")):
        shutil.copytree(part, closed / part.name)
        (closed / part.name).chmod(0o700)
    monkeypatch.setattr(embedded_place, "_package", lambda: closed / package.name)
    assert embedded.ensure_running(empty_dir).started
    assert (closed / package.name).stat().st_mode & 0o777 == 0o700
    embedded.stop(empty_dir)
    assert embedded.ensure_running(empty_dir).started


@as_root
def test_an_ordinary_user_runs_the_server_as_itself(empty_dir: Path) -> None:
    nobody = embedded_place._account()
    if not embedded_place.is_reachable(embedded_place._package() / "pginstall" / "bin", nobody):
        pytest.skip("the binaries are below a closed folder")
    empty_dir.mkdir()
    os.chown(empty_dir, nobody.uid, nobody.gid)
    child = multiprocessing.get_context("fork").Process(target=_start_as, args=(nobody, empty_dir))
    child.start()
    child.join(60)
    assert child.exitcode == 0
    assert embedded.status(empty_dir).running


def _start_as(account: embedded_place.Account, data_dir: Path) -> None:
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    assert embedded.ensure_running(data_dir).started
    assert not embedded.ensure_running(data_dir).started


def test_a_cluster_of_another_version_is_left_alone(data_dir: Path) -> None:
    embedded.ensure_running(data_dir)
    embedded.stop(data_dir)
    (data_dir / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(Unavailable, match="made by PostgreSQL 17"):
        embedded.ensure_running(data_dir)


def test_a_server_that_cannot_start_says_why(data_dir: Path) -> None:
    embedded.ensure_running(data_dir)
    embedded.stop(data_dir)
    (data_dir / "postgres" / "postgresql.conf").write_text("no such setting\n")
    with pytest.raises(Unavailable, match="syntax error in file"):
        embedded.ensure_running(data_dir)


def test_a_folder_that_cannot_be_one_is_named(empty_dir: Path) -> None:
    empty_dir.write_text("a file")
    with pytest.raises(Unavailable, match=r"data folder .* cannot be used"):
        embedded.ensure_running(empty_dir)
    empty_dir.unlink()
