"""Databases to test on: each test has one of its own, already migrated."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.migrate import upgrade
from servers import PgBouncer, PostgreSQL, in_memory, pgbouncer_program, postgresql_programs


@pytest.fixture(scope="session")
def template() -> Iterator[Path]:
    """A migrated SQLite database in a folder for its copies."""
    with tempfile.TemporaryDirectory(prefix="nhacviec-", dir=in_memory()) as folder:
        path = Path(folder) / "template.db"
        asyncio.run(upgrade(f"sqlite+aiosqlite:///{path}"))
        yield path


@pytest.fixture
def sqlite_url(template: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory(dir=template.parent) as folder:
        yield f"sqlite+aiosqlite:///{shutil.copy(template, Path(folder) / 'test.db')}"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A server, with the database `migrated` to copy."""
    programs = postgresql_programs()
    if programs is None:
        pytest.skip("NO POSTGRESQL TEST RAN: it is not installed (apt-get install postgresql)")
    server = PostgreSQL(programs)
    with server.connect() as connection:
        connection.execute("CREATE DATABASE migrated")
    asyncio.run(upgrade(server.url("migrated")))
    yield server
    server.close()


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    name = postgresql.create("migrated")
    yield postgresql.url(name)
    postgresql.drop(name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.full)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each of the two kinds in turn; the second in CI."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def pgbouncer(postgresql: PostgreSQL) -> Iterator[PgBouncer]:
    program = pgbouncer_program()
    if program is None:
        pytest.skip("NO PGBOUNCER TEST RAN: it is not installed (apt-get install pgbouncer)")
    bouncer = PgBouncer(program, postgresql)
    yield bouncer
    bouncer.close()
