"""The database: one engine to write, one to read, and the types every table shares."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, MetaData, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=10000",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "secure_delete=ON",
)
QUEUES = ("received", "reminders", "deliveries")


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


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Moment, dict[str, Any]: JSON, list[Any]: JSON}


class Database:
    """Opens transactions. Writers take SQLite's lock at BEGIN: one that reads first and writes later fails at once."""

    def __init__(self, url: str) -> None:
        self.sqlite = url.startswith("sqlite")
        self._write = _engine(url, "BEGIN IMMEDIATE" if self.sqlite else None, connections=1 if self.sqlite else 10)
        self._read = _engine(url, "BEGIN" if self.sqlite else None, connections=4)
        self.wakes = {queue: asyncio.Event() for queue in QUEUES}

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self._write, expire_on_commit=False, autoflush=True) as session, session.begin():
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self._read, expire_on_commit=False) as session, session.begin():
            yield session

    def wake(self, *queues: str) -> None:
        for queue in queues:
            self.wakes[queue].set()

    async def close(self) -> None:
        await self._write.dispose()
        await self._read.dispose()


def _engine(url: str, begin: str | None, *, connections: int) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=connections, max_overflow=0, pool_timeout=60)
    if begin is not None:
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver would begin by itself, and too late; FULL because a receipt promises what NORMAL may lose.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
