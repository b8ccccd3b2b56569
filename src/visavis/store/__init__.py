"""PostgreSQL: pool, transactions, SQL text, notifications, job rows, embedded server. The only room with the driver."""

from visavis.store.db import Database, Row, Tx, ensure_extensions, quoted
from visavis.store.failures import BadValue, LockTimeout, ReferenceViolation, SerializationRetry, UniqueViolation

__all__ = [
    "BadValue",
    "Database",
    "LockTimeout",
    "ReferenceViolation",
    "Row",
    "SerializationRetry",
    "Tx",
    "UniqueViolation",
    "ensure_extensions",
    "quoted",
]
