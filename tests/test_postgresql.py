"""What only a database server can do to us: die, be reached through a URL with a password, quote what it refuses."""

from __future__ import annotations

import asyncio
import io
import logging
import time
from collections.abc import Iterator
from datetime import datetime

import pytest
import structlog
from pydantic import SecretStr, ValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.clocks import VIETNAM
from bot.logs import setup
from bot.sandbox.stage import Stage
from bot.settings import Settings
from bot.text import fold
from db import Database
from db.mail import Delivery, Outcome
from db.people import Role, add_office
from servers import PostgreSQL, postgresql_programs

START = datetime(2024, 5, 14, 8, tzinfo=VIETNAM)


@pytest.fixture
def mortal() -> Iterator[PostgreSQL]:
    """A server nobody else uses."""
    programs = postgresql_programs()
    if programs is None:
        pytest.skip("NO POSTGRESQL TEST RAN: it is not installed (apt-get install postgresql)")
    server = PostgreSQL(programs)
    yield server
    server.close()


async def test_when_the_server_was_killed_and_is_back_everything_said_meanwhile_is_answered_within_5_s(
    mortal: PostgreSQL, logs: io.StringIO
) -> None:
    setup("WARNING", False, (), logs)
    async with Stage(START, database_url=mortal.url("postgres")) as stage:
        await stage.seat("Lan", await stage.office("Phòng Tư pháp"), Role.HEAD)
        lan = stage.phone("Lan")
        for _ in range(5):
            await lan.say("/viec")
        mortal.kill()
        await lan.say("/viec")
        await asyncio.to_thread(mortal.start)
        back = time.monotonic()
        await stage.settled()
        took = time.monotonic() - back
        assert sum(message.from_bot for message in lan.messages) == 6
        async with stage.app.db.reading() as session:
            ends = set((await session.scalars(select(Delivery.outcome))).all())
        assert ends == {Outcome.DONE}
        assert took < 5


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """What is logged, from the first `setup` on."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield io.StringIO()
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def settings(url: str) -> Settings:
    return Settings(_env_file=None, database_url=SecretStr(url))  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("given", "used"),
    {
        "": "sqlite+aiosqlite:///data/nhacviec.db",
        "sqlite:////var/lib/nhacviec/a.db": "sqlite+aiosqlite:////var/lib/nhacviec/a.db",
        "postgresql://bot:p%40ss@db.local:5432/nhacviec": "postgresql+psycopg://bot:p%40ss@db.local:5432/nhacviec",
        "postgres://bot@/nhacviec?host=/run": "postgresql+psycopg://bot@/nhacviec?host=/run",
        "postgresql+psycopg://bot@db/nhacviec": "postgresql+psycopg://bot@db/nhacviec",
    }.items(),
)
def test_a_database_url_may_be_written_as_people_write_it(given: str, used: str) -> None:
    assert settings(given).url == used


@pytest.mark.parametrize("given", ["mysql://bot@db/nhacviec", "nhacviec.db"])
def test_a_database_we_do_not_speak_with_is_refused_without_quoting_it(given: str) -> None:
    with pytest.raises(ValidationError, match="begins with sqlite:/// or postgresql://") as refused:
        settings(given)
    assert given not in str(refused.value)


def test_neither_the_password_nor_the_url_of_the_database_gets_into_a_log(logs: io.StringIO) -> None:
    found = settings("postgresql://bot:p%40ss-word@db.local/nhacviec")
    setup("INFO", False, found.secrets, logs)
    structlog.get_logger().warning("no connection", first=found.url, second="p@ss-word", third=repr(found))
    assert "no connection" in logs.getvalue()
    assert "ss-word" not in logs.getvalue()


async def test_what_a_database_refuses_is_not_quoted_in_the_traceback(database_url: str, logs: io.StringIO) -> None:
    setup("INFO", False, (), logs)
    db, name = Database(database_url), "xuyên".upper()  # a traceback shows this line
    try:
        async with db.writing() as session:
            await add_office(session, name)
            await add_office(session, name)
    except IntegrityError:
        logging.getLogger("bot").exception("refused")
    await db.close()
    assert "IntegrityError" in logs.getvalue()
    assert name not in logs.getvalue()
    assert fold(name) not in logs.getvalue()
