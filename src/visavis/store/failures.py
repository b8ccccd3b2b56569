"""Errors of the driver, put into the words of the product."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from visavis.kernel.errors import Conflict, Invalid, Problem, Unavailable

_KEY = re.compile(r"\(([^=]*)\)=\(")


class UniqueViolation(Conflict):
    """A value that must be unique is taken. `columns` is empty when the server does not tell."""

    code = "not-unique"

    def __init__(self, detail: str, *, table: str = "", constraint: str = "", columns: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.table, self.constraint, self.columns = table, constraint, columns


class ReferenceViolation(Conflict):
    """A row points at a row that is not there, or would be left pointing at nothing."""

    code = "broken-reference"

    def __init__(self, detail: str, *, table: str = "", constraint: str = "") -> None:
        super().__init__(detail)
        self.table, self.constraint = table, constraint


class BadValue(Invalid):
    """The database refused a value: out of range, malformed, missing, or against a check."""

    code = "bad-value"


class SerializationRetry(Unavailable):
    """Nothing happened; the same transaction may succeed when it is run again."""

    code = "retry"


class LockTimeout(Unavailable):
    """A lock or a statement took longer than allowed."""

    code = "busy"


LOST: tuple[type[BaseException], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    OSError,
)
_FROM_DRIVER = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
DRIVER = (*_FROM_DRIVER, OSError)
_REFUSED = (
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.DataError,
    asyncpg.exceptions.ProgramLimitExceededError,
)
STALE_PLAN = (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)


def is_lost(error: BaseException) -> bool:
    """True when the connection is gone, so that nothing of the transaction remains."""
    if type(error) is asyncpg.InternalClientError:
        return True
    gone = "closed" in str(error) or "released" in str(error)
    return isinstance(error, LOST) or (isinstance(error, asyncpg.InterfaceError) and gone)


@contextmanager
def translated(*also: type[BaseException]) -> Iterator[None]:
    """Raise the product's errors in place of the driver's; unknown ones (bad SQL, bugs) pass unchanged.

    While connecting, any OSError means that there is no server: `translated(OSError)`.
    """
    try:
        yield
    except (*_FROM_DRIVER, *STALE_PLAN, ConnectionError, *also) as error:
        problem = _problem(error)
        if problem is None:
            raise
        raise problem from error


def _problem(error: BaseException) -> Problem | None:
    if isinstance(error, TimeoutError):
        return Unavailable("The database is busy; try again in a moment")
    if is_lost(error) or isinstance(error, asyncpg.TooManyConnectionsError):
        return Unavailable("The database cannot be reached")
    if isinstance(error, (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, *STALE_PLAN)):
        return SerializationRetry("Somebody changed the same thing at the same moment; try again")
    if isinstance(error, (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError)):
        return LockTimeout("The database is busy; try again")
    return _refusal(error)


def _refusal(error: BaseException) -> Problem | None:
    if isinstance(error, asyncpg.UniqueViolationError):
        return _unique(error)
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        return ReferenceViolation(str(error), table=error.table_name or "", constraint=error.constraint_name or "")
    unencodable = isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError)
    if unencodable or isinstance(error, _REFUSED):
        return BadValue(str(error))
    return None


def _unique(error: asyncpg.UniqueViolationError) -> UniqueViolation:
    found = _KEY.search(error.detail or "")
    columns = tuple(name.strip().strip('"') for name in found.group(1).split(",")) if found else ()
    named = ", ".join(columns) or error.constraint_name or "value"
    return UniqueViolation(
        f"This {named} is taken already",
        table=error.table_name or "",
        constraint=error.constraint_name or "",
        columns=columns,
    )
