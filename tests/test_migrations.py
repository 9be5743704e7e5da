"""Migrations and models tell the same story, forwards and back."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import create_async_engine

from db import Base
from db.migrate import config, newest, upgrade
from servers import PostgreSQL

Answer = TypeVar("Answer")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.full)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it; of SQLite not even the folder."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'data' / 'nhacviec.db'}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    name = server.create()
    yield server.url(name)
    server.drop(name)


async def asked(url: str, question: Callable[[Connection], Answer]) -> Answer:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(question)
    finally:
        await engine.dispose()


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


async def test_processes_that_start_together_leave_one_database_which_is_what_the_models_say(url: str) -> None:
    await asyncio.gather(*(upgrade(url) for _ in range(3)))
    assert await asked(url, differences) == []
    assert await asked(url, tables) == set(Base.metadata.tables) | {"alembic_version"}


async def test_down_to_nothing_and_up_again(url: str) -> None:
    await upgrade(url)
    await asked(url, lambda connection: command.downgrade(config(connection), "base"))
    assert await asked(url, tables) == {"alembic_version"}
    await upgrade(url)
    assert await asked(url, differences) == []


DIES = """
import asyncio, itertools, os, signal, sys
from sqlalchemy import Engine, event
from db.migrate import upgrade

@event.listens_for(Engine, "after_cursor_execute")
def _(*_, statements=itertools.count(1)):
    if next(statements) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(upgrade(sys.argv[1]))
"""


@pytest.mark.full
@pytest.mark.parametrize("statement", [1, 40, 80])
async def test_killed_in_the_middle_the_next_start_does_it_all(url: str, statement: int) -> None:
    dying = await asyncio.create_subprocess_exec(sys.executable, "-c", DIES, url, str(statement))
    assert await dying.wait() == -signal.SIGKILL, "there are fewer statements"
    await upgrade(url)
    assert await asked(url, differences) == []


async def test_migrations_form_one_line_and_the_newest_is_its_head(sqlite_url: str) -> None:
    heads = await asked(sqlite_url, lambda connection: ScriptDirectory.from_config(config(connection)).get_heads())
    assert heads == [newest()]
