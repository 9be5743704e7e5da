"""Migrations and models tell the same story, forwards and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import create_async_engine

from db import Base
from db.migrate import config, newest, upgrade

Answer = TypeVar("Answer")


def url_in(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'data' / 'nhacviec.db'}"


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


async def test_after_every_migration_the_database_is_what_the_models_say(tmp_path: Path) -> None:
    await upgrade(url_in(tmp_path))
    assert await asked(url_in(tmp_path), differences) == []
    assert await asked(url_in(tmp_path), tables) == set(Base.metadata.tables) | {"alembic_version"}


async def test_upgrading_twice_is_harmless(tmp_path: Path) -> None:
    await upgrade(url_in(tmp_path))
    await upgrade(url_in(tmp_path))
    assert await asked(url_in(tmp_path), differences) == []


async def test_down_to_nothing_and_up_again(tmp_path: Path) -> None:
    await upgrade(url_in(tmp_path))
    await asked(url_in(tmp_path), lambda connection: command.downgrade(config(connection), "base"))
    assert await asked(url_in(tmp_path), tables) == {"alembic_version"}
    await upgrade(url_in(tmp_path))
    assert await asked(url_in(tmp_path), differences) == []


async def test_migrations_form_one_line_and_the_newest_is_its_head(tmp_path: Path) -> None:
    await upgrade(url_in(tmp_path))
    heads = await asked(
        url_in(tmp_path), lambda connection: ScriptDirectory.from_config(config(connection)).get_heads()
    )
    assert heads == [newest()]
