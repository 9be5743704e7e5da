"""What only a database server can do to us: die, be reached through a URL with a password, quote what it refuses."""

from __future__ import annotations

import asyncio
import io
import logging
import time
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta

import pytest
import structlog
from pydantic import SecretStr, ValidationError
from sqlalchemy import select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from bot.clocks import VIETNAM
from bot.inbox import TRIES
from bot.logs import setup
from bot.sandbox.stage import Stage
from bot.sandbox.telegram import Fault
from bot.settings import Settings
from bot.text import fold
from db import Database
from db.base import Base, Words
from db.mail import Delivery, Outcome, Received
from db.people import Office, Role
from servers import PostgreSQL, postgresql_programs
from test_upload import opened

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


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """What is logged, from the first `setup` on."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield io.StringIO()
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
async def stage(mortal: PostgreSQL, logs: io.StringIO) -> AsyncIterator[Stage]:
    setup("WARNING", False, (), logs)
    async with Stage(START, database_url=mortal.url("postgres")) as stage:
        await stage.seat("Lan", await stage.office("Phòng Tư pháp"), Role.HEAD)
        yield stage


@pytest.mark.full
async def test_when_the_server_was_killed_and_is_back_everything_said_meanwhile_is_answered_within_5_s(
    mortal: PostgreSQL, stage: Stage, logs: io.StringIO
) -> None:
    for _ in range(5):
        await stage.phone("Lan").say("/viec")
    mortal.kill()
    await stage.phone("Lan").say("/viec")
    await logged(logs, "webhook not committed")
    mortal.start()
    back = time.monotonic()
    await stage.settled()
    assert time.monotonic() - back < 5
    assert heard(stage) == 6
    assert await outcomes(stage) == [(Outcome.DONE, False)] * 6


@pytest.mark.full
async def test_what_was_sent_while_the_server_was_away_is_written_down_and_not_sent_again(
    mortal: PostgreSQL, stage: Stage, logs: io.StringIO
) -> None:
    stage.telegram.faults.add("sendMessage", Fault.slow(0.5))
    events = stage.telegram.listen()
    await stage.phone("Lan").say("/viec")
    while (await events.get()).kind != "sent" or not heard(stage):
        pass
    mortal.kill()
    await logged(logs, "not written down yet")
    mortal.start()
    await stage.settled()
    assert heard(stage) == 1
    assert await outcomes(stage) == [(Outcome.DONE, False)]


async def test_a_message_is_not_given_up_for_what_the_server_did(mortal: PostgreSQL, stage: Stage) -> None:
    """Each time it is handled its connection is cut, more often than a message that fails by itself is tried."""
    stage.app.inbox.pauses = [timedelta(0)] * TRIES
    cut = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted AND relation = 'contacts'::regclass"
    with mortal.connect() as other, other.transaction():
        other.execute("LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE")
        await stage.phone("Lan").say("/viec")
        async with asyncio.timeout(20):
            times = 0
            while times <= TRIES:
                times += len(other.execute(cut).fetchall())
                await asyncio.sleep(0.1)
    await stage.settled()
    assert heard(stage) == 1
    async with stage.app.db.reading() as session:
        assert (await session.scalars(select(Received.outcome))).all() == [Outcome.DONE]


def heard(stage: Stage) -> int:
    return sum(message.from_bot for message in stage.phone("Lan").messages)


async def outcomes(stage: Stage) -> list[tuple[Outcome | None, bool]]:
    async with stage.app.db.reading() as session:
        rows = (await session.execute(select(Delivery.outcome, Delivery.uncertain))).all()
    return [(row.outcome, row.uncertain) for row in rows]


async def logged(logs: io.StringIO, words: str) -> None:
    async with asyncio.timeout(10):
        while words not in logs.getvalue():  # noqa: ASYNC110 - a log rings no bell
            await asyncio.sleep(0.01)


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
            session.add_all(Office(name=name, key=fold(name), short="X") for _ in range(2))
    except IntegrityError:
        logging.getLogger("bot").exception("refused")
    await db.close()
    assert "IntegrityError" in logs.getvalue()
    assert name not in logs.getvalue()
    assert fold(name) not in logs.getvalue()


OURS = {
    "account", "act", "boot", "channel", "chat", "code_hash", "deed", "file_token", "join_hash", "key", "kind", "lane",
    "marks", "named_time", "outcome", "owner", "part", "print", "recurrence", "ref", "role", "rule", "rung", "sha256",
    "subject", "token_hash", "value", "way",
}  # fmt: skip
"""Columns filled from our own words, hashes, or keys and addresses that the door has bounded."""


def test_what_others_write_fits_its_column_however_long_it_is() -> None:
    columns = [column for table in Base.metadata.tables.values() for column in table.columns]
    bounded = [column for column in columns if getattr(column.type, "length", None)]
    plain = {column.name for column in bounded if not isinstance(column.type, Words)}
    assert plain <= OURS, f"say what happens when these are too long: {plain - OURS}"
    for column in bounded:
        if isinstance(column.type, Words):
            bind = column.type.process_bind_param("x" * 1000, postgresql.dialect())
            assert bind == "x" * (column.type.impl.length or 0), column


@pytest.mark.full
async def test_nobody_is_unheard_for_writing_too_much(postgresql_url: str) -> None:
    async with opened(postgresql_url, channel="zalo_bot") as stage:
        lan = stage.phone("Lan")
        await lan.say(f"đã gửi qua QLVB số 45/{'BC' * 80}")
        await lan.say("đã gửi qua QLVB số 45/BC-TP")
        await stage.settled()
        said = [message.text for message in lan.messages if message.from_bot]
        assert said[0].startswith("Số, ký hiệu dài quá 100 ký tự.")
        assert said[1].startswith("Đã ghi nhận")
        await stage.phone("Người " + "lạ" * 200).say("chào")
        await stage.settled()
        async with stage.app.db.reading() as session:
            assert set(await session.scalars(select(Received.outcome))) == {Outcome.DONE}


@pytest.mark.full
async def test_a_table_of_offices_is_told_which_row_is_too_long(postgresql_url: str) -> None:
    async with opened(postgresql_url) as stage:
        hà = stage.phone("Hà")
        rows = ["Tên đơn vị;Điện thoại", f"Phòng Kinh tế;{'0' * 31}", "Phòng Văn hóa;0912"]
        await hà.send_document("don-vi.csv", "\n".join(rows).encode())
        await stage.settled()
        assert "số điện thoại dài quá 30 ký tự" in hà.messages[-1].text
