"""Bring a database to the newest schema; alembic is imported only when it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

MIGRATIONS = Path(__file__).parent / "migrations"


async def upgrade(url: str) -> None:
    """Apply every migration that is missing. Applying none is harmless and quick."""
    await _run(url, _upgrade)


async def _run(url: str, job: Any) -> None:
    if url.startswith("sqlite") and "///" in url and ":memory:" not in url:
        Path(url.split("///", 1)[1]).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, hide_parameters=True)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(job)
            await connection.commit()
    finally:
        await engine.dispose()


def newest() -> str:
    """The number of the newest migration."""
    return max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _upgrade(connection: Connection) -> None:
    if version(connection) == newest():
        return
    from alembic import command

    command.upgrade(config(connection), "head")


def version(connection: Connection) -> str | None:
    """The number of the newest migration applied to this database; None where there is none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def config(connection: Connection) -> Any:
    """Alembic's configuration, speaking through this connection."""
    from alembic.config import Config

    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS))
    found.attributes["connection"] = connection
    return found
