"""SQLite through aiosqlite, where only what may wait leaves the event loop.

A hop to the driver's thread costs several times what the statement does. Inside a transaction statements run from
memory in microseconds, so they run on the loop; BEGIN IMMEDIATE may wait for a lock and COMMIT for the disk, so those
two go to the thread (figures: docs/decisions/0006-group-commit.md).
"""

from __future__ import annotations

import sqlite3
import time
from typing import Any, Self

import aiosqlite
from sqlalchemy import Connection
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_dbapi,
    SQLiteDialect_aiosqlite,
)
from sqlalchemy.util import await_only

BUSY = 10  # seconds to wait for another's lock
PRAGMAS = (
    f"busy_timeout={BUSY * 1000}",
    "journal_mode=WAL",
    "synchronous=FULL",  # a receipt promises what NORMAL may lose
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "secure_delete=ON",
)
_MAY_WAIT = ("BEGIN IMMEDIATE", "PRAGMA wal_checkpoint", "VACUUM")
DRIVER = "sqlite+onloop"


class _Cursor(sqlite3.Cursor):
    """The driver's own. sqlite3 serialises calls from two threads itself; ours never come together."""

    def __init__(self, thread: aiosqlite.Connection) -> None:
        super().__init__(thread._conn)
        self._thread = thread

    def execute(self, sql: str, parameters: Any = ()) -> Self:
        if sql.startswith(_MAY_WAIT):
            await_only(self._thread._execute(super().execute, sql, parameters))  # type: ignore[no-untyped-call]
            return self
        return super().execute(sql, parameters)

    async def _async_soft_close(self) -> None:
        """What SQLAlchemy asks of the cursors it adapts: nothing is buffered here."""


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()

    def cursor(self, server_side: bool = False) -> Any:
        return _Cursor(self._connection)  # type: ignore[arg-type]

    def rollback(self) -> None:
        self._connection._conn.rollback()

    def commit(self) -> None:
        # In WAL a reader waits for nobody: its commit ends a snapshot and no more.
        if self._connection._conn.total_changes:
            super().commit()
        else:
            self._connection._conn.commit()


class _Driver(AsyncAdapt_aiosqlite_dbapi):
    def connect(self, *args: Any, **options: Any) -> _Connection:
        thread = aiosqlite.Connection(lambda: _open(*args, **options), 64)
        thread._thread.daemon = True
        return _Connection(self, await_only(thread))  # type: ignore[arg-type]


class Dialect(SQLiteDialect_aiosqlite):
    """aiosqlite's, with statements on the loop, and savepoints that are not compiled anew each time."""

    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> _Driver:
        return _Driver(aiosqlite, sqlite3)

    def do_savepoint(self, connection: Connection, name: str) -> None:
        connection.exec_driver_sql(f"SAVEPOINT {name}")

    def do_release_savepoint(self, connection: Connection, name: str) -> None:
        connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")


registry.register("sqlite.onloop", __name__, "Dialect")


def _open(path: str, **options: Any) -> sqlite3.Connection:
    # isolation_level: the driver would begin by itself, and too late.
    options |= {"isolation_level": None, "check_same_thread": False}
    connection: sqlite3.Connection = sqlite3.connect(path, **options)
    for pragma in PRAGMAS:
        _set(connection, pragma)
    return connection


def _set(connection: sqlite3.Connection, pragma: str) -> None:
    """A new file is turned to WAL by whoever opens it first; the others are refused at once, whatever busy_timeout."""
    until = time.monotonic() + BUSY
    while True:
        try:
            connection.execute(f"PRAGMA {pragma}")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
