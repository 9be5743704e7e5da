"""SQLite through aiosqlite, where only what may wait leaves the event loop.

A hop to the driver's thread costs several times what the statement does. Inside a transaction statements run from
memory in microseconds, so they run on the loop; BEGIN IMMEDIATE may wait for a lock and COMMIT for the disk, so those
two go to the thread (figures: docs/decisions/0006-group-commit.md).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import aiosqlite

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # a receipt promises what NORMAL may lose
    "busy_timeout=10000",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "secure_delete=ON",
)
_MAY_WAIT = ("BEGIN IMMEDIATE", "PRAGMA wal_checkpoint", "VACUUM")


class Connection(aiosqlite.Connection):
    """The driver's connection. sqlite3 serialises calls from two threads itself; ours never come together."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if fn.__name__ == "commit" or (args and str(args[0]).startswith(_MAY_WAIT)):
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        if self._connection is None:
            raise ValueError("Connection closed")
        return fn(*args, **kwargs)


class ReadingConnection(Connection):
    """In WAL a reader waits for nobody, and its commit ends a snapshot and no more."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._connection is None:
            raise ValueError("Connection closed")
        return fn(*args, **kwargs)


def connector(path: str, kind: type[Connection]) -> Callable[..., Any]:
    """What SQLAlchemy's `async_creator` calls for each connection of its pool."""

    async def connect() -> Connection:
        connection = kind(lambda: _open(path), 64)
        connection._thread.daemon = True
        return await connection  # type: ignore[return-value]

    return connect


def _open(path: str) -> sqlite3.Connection:
    # isolation_level: the driver would begin by itself, and too late.
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection
