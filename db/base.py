"""The database: one engine to write, one to read, and the types every table shares. The same Python for both kinds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import JSON, ColumnElement, DateTime, Dialect, MetaData, String, and_, bindparam, event, make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator
from sqlalchemy.util import LRUCache

from db.commits import GroupCommit, RolledBack
from db.postgresql import CONNECT, in_turn, without_details
from db.sqlite import DRIVER

QUEUES = ("received", "reminders", "deliveries")
LONGEST = timedelta(minutes=2)
"""No lease and no rest is longer: a moment further ahead was written under a clock that has been put back since."""


class Moment(TypeDecorator[datetime]):
    """An instant. Refuses naive values; comes back aware and UTC, also from SQLite, which forgets zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """What people or platforms call something, `length` characters of it: for its length no row is refused."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value and value[: self.length]


def still_ahead(moment: Any) -> ColumnElement[bool]:
    """Whether a lease or a rest until then holds; the statement is given `machine`, and `furthest`, `LONGEST` later."""
    machine, furthest = (bindparam(name, type_=Moment()) for name in ("machine", "furthest"))
    return and_(moment > machine, moment <= furthest)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment,
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }


class Database:
    """Opens transactions. On SQLite writers share one connection and its commits; PostgreSQL does that by itself."""

    def __init__(self, url: str) -> None:
        self.sqlite = url.startswith("sqlite")
        if self.sqlite:
            self._write = _sqlite(url, "BEGIN IMMEDIATE", 1)
            self._read = _sqlite(url, "BEGIN", 4)
        else:
            self._write = _postgresql(url, "READ COMMITTED", 8)
            self._read = _postgresql(url, "REPEATABLE READ", 4)
        self._commits = GroupCommit(self._write)
        self._turn = asyncio.Lock()
        self._watched: dict[str, list[asyncio.Event]] = {queue: [] for queue in QUEUES}

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A transaction, committed and on disk on leaving. Never open a second one inside."""
        if self.sqlite:
            async with self._commits.transaction() as session:
                yield session
        else:
            async with AsyncSession(self._write, expire_on_commit=False) as session, session.begin():
                yield session

    @asynccontextmanager
    async def deciding(self) -> AsyncIterator[AsyncSession]:
        """As `writing`, but one at a time in all processes: what it has read still holds when it commits."""
        if self.sqlite:
            async with self.writing() as session:
                yield session
        else:
            async with self._turn, self.writing() as session:  # waiting here costs no connection
                await in_turn(session, "work")
                yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """One snapshot, however many questions."""
        async with AsyncSession(self._read, expire_on_commit=False) as session, session.begin():
            yield session

    def watch(self, queue: str) -> asyncio.Event:
        """Set whenever this process may have put something into the queue."""
        event_ = asyncio.Event()
        self._watched[queue].append(event_)
        return event_

    def wake(self, *queues: str) -> None:
        for queue in queues:
            for watching in self._watched[queue]:
                watching.set()

    async def close(self) -> None:
        await self._commits.close()
        await self._read.dispose()


def is_away(error: Exception) -> bool:
    """Whether the database failed and not what was asked of it: it is gone, locked or full."""
    return isinstance(error, InterfaceError | OperationalError | PoolTimeout | RolledBack)


class _Statements(LRUCache[Any, Any]):
    """SQLAlchemy's compiled statements, by dialect and not by engine: compiled once for the reader and the writer."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), value)


_OPTIONS: dict[str, Any] = {
    "max_overflow": 0,
    "pool_timeout": 60,
    "hide_parameters": True,  # they are what people wrote, and an error's text ends in a log
    "execution_options": {"compiled_cache": _Statements(capacity=1000)},
}


def _sqlite(url: str, begin: str, connections: int) -> AsyncEngine:
    engine = create_async_engine(make_url(url).set(drivername=DRIVER), pool_size=connections, **_OPTIONS)
    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _postgresql(url: str, isolation: str, connections: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=connections,
        pool_use_lifo=True,  # the connection used last has its caches warm
        pool_pre_ping=True,  # the server may have been restarted since
        isolation_level=isolation,
        connect_args=CONNECT,
        use_native_hstore=False,
        **_OPTIONS,
    )
    event.listen(engine.sync_engine, "handle_error", without_details)
    return engine
