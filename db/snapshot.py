"""A consistent copy of the database while others use it, and what a copy must stand up to before it is used."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, inspect, make_url, select, union
from sqlalchemy.exc import DatabaseError

from db.base import Base
from db.downloads import DownloadLink
from db.mail import ChannelFile, Delivery
from db.migrate import newest, version

NO_ANSWER = 10.0


class Flaw(StrEnum):
    """Why a copy cannot be made or used."""

    ABSENT = "absent"
    BROKEN = "broken"
    NEWER = "newer"
    NO_TOOL = "no_tool"
    TOOL_FAILED = "tool_failed"


class Unfit(Exception):
    """`detail` is for the administrator: what SQLite says, or the name or last words of a tool."""

    def __init__(self, flaw: Flaw, detail: str = "") -> None:
        super().__init__(f"{flaw.value}: {detail}")
        self.flaw, self.detail = flaw, detail


@dataclass(frozen=True, slots=True)
class Copy:
    """`schema` is the newest migration applied, `files` are the hashes of every file the rows refer to."""

    path: Path
    schema: str | None
    files: frozenset[str]


def sqlite_path(url: str) -> Path | None:
    """Where the database lies, if it is a file of SQLite."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def copy_sqlite(source: Path, target: Path) -> Copy:
    """One snapshot, taken while others read and write. Raises Unfit."""
    if not source.is_file():
        raise Unfit(Flaw.ABSENT, str(source))
    _copy(source, target)
    return examine(target)


def _copy(source: Path, target: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=NO_ANSWER)) as live,
            closing(sqlite3.connect(target)) as copy,
        ):
            live.backup(copy)  # all pages in one step: a later write cannot make it begin anew
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    except sqlite3.DatabaseError as error:
        raise Unfit(Flaw.BROKEN, str(error)) from error


def examine(path: Path) -> Copy:
    """Pages, keys and version of a SQLite file nobody uses. Raises Unfit."""
    try:
        with closing(sqlite3.connect(path)) as copy:
            _stands(copy)
        engine = create_engine(f"sqlite:///{path}")
        with engine.connect() as connection:
            found = Copy(path, version(connection), references(connection))
        engine.dispose()
    except (sqlite3.DatabaseError, DatabaseError) as error:
        raise Unfit(Flaw.BROKEN, str(error).splitlines()[0]) from error
    if found.schema is None:
        raise Unfit(Flaw.BROKEN, "no schema")
    if found.schema > newest():
        raise Unfit(Flaw.NEWER, found.schema)
    return found


def _stands(copy: sqlite3.Connection) -> None:
    said = [row[0] for row in copy.execute("PRAGMA integrity_check")]
    if said != ["ok"]:
        raise Unfit(Flaw.BROKEN, str(said[0]))
    if row := copy.execute("PRAGMA foreign_key_check").fetchone():
        raise Unfit(Flaw.BROKEN, f"{row[0]} → {row[2]}")


def references(connection: Connection) -> frozenset[str]:
    """The hashes of all files the rows of this database refer to, whatever its version."""
    there = set(inspect(connection).get_table_names())
    kept = [
        table
        for table in Base.metadata.sorted_tables
        # Handles and links are remembered also of what was removed since.
        if "sha256" in table.c and table.name in there - {ChannelFile.__tablename__, DownloadLink.__tablename__}
    ]
    waiting = select(Delivery.message["file"]["sha256"].as_string()).where(Delivery.done_at.is_(None))
    query: Any = union(*(select(table.c.sha256) for table in kept), waiting)
    return frozenset(filter(None, connection.scalars(query)))


def in_use(path: Path) -> bool:
    """Whether somebody else has this SQLite file open: only the last one may leave WAL."""
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(path, timeout=0.5)) as alone:
            return bool(alone.execute("PRAGMA journal_mode=DELETE").fetchone() != ("delete",))
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:
        return False  # no database any more, so nobody's
