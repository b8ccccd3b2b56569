"""Notifications reach their workspace, survive a lost connection, and wait for the commit."""

from __future__ import annotations

import pytest

from visavis.kernel.errors import Unavailable
from visavis.store import BadValue, Database, Tx
from visavis.store.notify import Listener


async def test_only_committed_words_of_this_workspace_are_heard(database: Database) -> None:
    other = await Database.connect(database.dsn, "elsewhere")
    async with Listener.open(database.dsn, database.schema) as listener:
        await listener.subscribe("a", "b")
        async with other.transaction() as tx:
            await tx.notify("a", "from elsewhere")
        with pytest.raises(BadValue):
            await database.run(_notify_and_fail)
        async with database.transaction() as tx:
            await tx.notify("b", "하나")
            await tx.notify("a")
        heard = listener.listen()
        assert [await anext(heard), await anext(heard)] == [("b", "하나"), ("a", "")]
    await other.close()


async def _notify_and_fail(tx: Tx) -> None:
    await tx.notify("a", "never")
    await tx.value("select 1 / 0")


async def test_a_lost_connection_comes_back_and_says_so(database: Database) -> None:
    async with Listener.open(database.dsn, database.schema) as listener:
        await listener.subscribe("a")
        heard = listener.listen()
        await database.rows(
            "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and query like $1",
            f'LISTEN "{database.schema}%',
        )
        assert await anext(heard) == ("", "")
        async with database.transaction() as tx:
            await tx.notify("a", "again")
        assert await anext(heard) == ("a", "again")


async def test_too_long_a_word_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(ValueError, match="7999"):
            await tx.notify("a", "é" * 4000)


async def test_no_server_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        async with Listener.open("postgresql://nobody@/none?host=/nonexistent"):
            pass
