"""Bring a database to the newest schema; alembic is imported only when it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, inspect, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from db.postgresql import CONNECT, turn_key

MIGRATIONS = Path(__file__).parent / "migrations"


async def upgrade(url: str) -> None:
    """Apply every migration that is missing, all or none. Processes that start together do it one at a time."""
    engine = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _sqlite(url: str) -> AsyncEngine:
    Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, connect_args={"isolation_level": None, "timeout": 60}, hide_parameters=True)
    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _postgresql(url: str) -> AsyncEngine:
    return create_async_engine(url, connect_args=CONNECT, hide_parameters=True)


def newest() -> str:
    """The number of the newest migration."""
    return max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": turn_key("migrate")})
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
