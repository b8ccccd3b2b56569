"""The same through a real S3 server."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from visavis.features.files.storage import storage
from visavis.kernel import clock
from visavis.kernel.errors import NotFound, Unavailable

DIGEST = "ab" + "0" * 62
RCLONE = shutil.which("rclone")
pytestmark = pytest.mark.skipif(RCLONE is None, reason="rclone, which serves S3 here, is not installed")


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[dict[str, str]]:
    (tmp_path / "served" / "crm").mkdir(parents=True)
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(RCLONE),
        "serve",
        "s3",
        "--addr",
        f"127.0.0.1:{port}",
        "--auth-key",
        "ACCESSKEY123,SECRETKEY123",
        str(tmp_path / "served"),
    ]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield {"AWS_ACCESS_KEY_ID": "ACCESSKEY123", "AWS_SECRET_ACCESS_KEY": "SECRETKEY123",
               "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_REGION": "us-east-1"}  # fmt: skip
    finally:
        server.terminate()
        server.wait(10)


def _wait(port: int) -> None:
    for _ in range(100):
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("rclone did not start")


async def _all(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def test_kept_read_listed_forgotten(
    bucket: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in bucket.items():
        monkeypatch.setenv(name, value)
    place = storage(tmp_path, {"VISAVIS_FILES": "s3://crm/files"})
    body = tmp_path / "body"
    body.write_bytes(b"content" * 1_000_000)
    await place.keep(DIGEST, body)
    await place.keep(DIGEST, body)
    assert await _all(await place.open(DIGEST)) == body.read_bytes()
    listed = [d async for part in place.older_than(clock.now() + timedelta(days=1)) for d in part]
    assert listed == [DIGEST]
    await place.forget([DIGEST, DIGEST])
    with pytest.raises(NotFound, match="backup"):
        await place.open(DIGEST)


async def test_a_store_that_is_not_there_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    place = storage(tmp_path, {"VISAVIS_FILES": "s3://crm/nowhere"})
    with pytest.raises(Unavailable, match="file store"):
        await place.keep(DIGEST, Path(__file__))
