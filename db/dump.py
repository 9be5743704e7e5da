"""PostgreSQL copied and put back by its own tools, found on PATH."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

from sqlalchemy import Connection, inspect, make_url, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Base, Database
from db.migrate import newest, version
from db.snapshot import Copy, Flaw, Unfit, references

_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
    " AND pid <> pg_backend_pid()"
)


async def dump(url: str, target: Path) -> Copy:
    """What pg_dump writes and the files we read of are one snapshot. Raises Unfit."""
    _found("pg_dump")
    db = Database(url)
    try:
        async with db.reading() as session:
            await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            snapshot = await session.scalar(text("SELECT pg_export_snapshot()"))
            await _tool("pg_dump", url, "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
            return await _asked(session, target)
    finally:
        await db.close()


async def _asked(session: AsyncSession, target: Path) -> Copy:
    def ask(connection: Connection) -> Copy:
        return Copy(target, version(connection), references(connection))

    return await (await session.connection()).run_sync(ask)


async def readable(dumped: Path, schema: str | None) -> None:
    """Whether pg_restore can list what a dump holds. Raises Unfit."""
    if (schema or "") > newest():
        raise Unfit(Flaw.NEWER, schema or "")
    await _run("pg_restore", "--list", str(dumped))


async def occupied(url: str) -> tuple[bool, bool]:
    """Whether it has tables of ours, and whether others are connected to it."""
    db = Database(url)
    try:
        async with db.reading() as session:
            others = await session.scalar(_OTHERS)
            tables = await (await session.connection()).run_sync(lambda c: inspect(c).get_table_names())
            return bool(_ours() & set(tables)), bool(others)
    finally:
        await db.close()


async def load(url: str, dumped: Path) -> None:
    """In the place of our tables, which go. Raises Unfit."""
    db = Database(url)
    try:
        async with db.writing() as session:
            names = ", ".join(f'"{name}"' for name in sorted(_ours()))
            await session.execute(text(f"DROP TABLE IF EXISTS {names} CASCADE"))
    finally:
        await db.close()
    await _tool("pg_restore", url, "--no-owner", "--no-privileges", "--single-transaction", str(dumped))


def _ours() -> set[str]:
    return {*Base.metadata.tables, "alembic_version"}


async def _tool(name: str, url: str, *arguments: str) -> None:
    """The password goes by the environment: arguments are for everybody to see."""
    parsed = make_url(url)
    place = parsed.set(drivername="postgresql", password=None).render_as_string()
    secret = {"PGPASSWORD": str(parsed.password)} if parsed.password else {}
    await _run(name, *arguments, f"--dbname={place}", **secret)


async def _run(name: str, *arguments: str, **environment: str) -> None:
    process = await asyncio.create_subprocess_exec(
        _found(name),
        *arguments,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode:
        raise Unfit(Flaw.TOOL_FAILED, f"{name}: {(said.decode(errors='replace').strip().splitlines() or ['?'])[-1]}")


def _found(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise Unfit(Flaw.NO_TOOL, name)
    return path
