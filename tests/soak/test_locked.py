"""A database that is locked for half a minute, and a server that is killed twenty times (F5), while people write."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import datetime
from pathlib import Path

import pytest

from bot.clocks import VIETNAM
from bot.sandbox.stage import Stage
from db.migrate import upgrade
from servers import PostgreSQL, postgresql_programs
from soak.child import apart
from soak.crowd import Crowd
from soak.theatre import publish, seat_block, unlogged

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]
PEOPLE = 8
LOCKED = float(os.environ.get("NHACVIEC_LOCKED", "30"))
KILLS = int(os.environ.get("NHACVIEC_SERVER_KILLS", "20"))
PATIENCE = 60.0


@pytest.fixture
def server() -> Iterator[PostgreSQL]:
    programs = postgresql_programs()
    if programs is None:
        pytest.skip("NOT MEASURED: PostgreSQL is not installed (apt-get install postgresql)")
    server = PostgreSQL(programs)
    yield server
    server.close()


@asynccontextmanager
async def crowd_on(folder: Path, url: str = "") -> AsyncIterator[Crowd]:
    unlogged()
    async with Stage(datetime.now(VIETNAM), folder=folder, running=True, database_url=url) as stage:
        await publish(stage, await seat_block(stage, PEOPLE))
        crowd = Crowd(stage, PEOPLE)
        listening = asyncio.create_task(crowd.listen())
        yield crowd
        listening.cancel()


async def caught_up(crowd: Crowd, within: float = PATIENCE) -> str:
    """How the door answered meanwhile, and how long it took until everybody was answered."""
    began = time.monotonic()
    failure = crowd.stage.telegram._webhook.failure
    await crowd.answered(within)
    door = failure.message if failure else "they waited"
    return f"at the door: {door}; everybody answered {time.monotonic() - began:.1f} s after"


async def test_sqlite_locked_by_another_process_for_half_a_minute(tmp_path: Path) -> None:
    async with crowd_on(tmp_path) as crowd:
        async with apart(crowd.stage):
            async with crowd.at_work():
                await asyncio.sleep(5)
                await asyncio.to_thread(lock, tmp_path / "nhacviec.db", LOCKED)
            answered = await caught_up(crowd)
        print(f"\nF5 SQLite locked for {LOCKED:.0f} s: {await crowd.judge()}; {answered}")


def lock(path: Path, seconds: float) -> None:
    with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        other.execute("ROLLBACK")


async def test_tables_of_postgresql_locked_by_another_process_for_half_a_minute(
    tmp_path: Path, server: PostgreSQL
) -> None:
    url = server.url("postgres")
    await upgrade(url)
    async with crowd_on(tmp_path, url) as crowd:
        async with apart(crowd.stage):
            async with crowd.at_work():
                await asyncio.sleep(5)
                with server.connect() as other, other.transaction():
                    other.execute("LOCK TABLE received, deliveries IN ACCESS EXCLUSIVE MODE")
                    await asyncio.sleep(LOCKED)
            answered = await caught_up(crowd)
        print(f"\nF5 PostgreSQL locked for {LOCKED:.0f} s: {await crowd.judge()}; {answered}")


async def test_postgresql_killed_again_and_again(tmp_path: Path, server: PostgreSQL) -> None:
    url = server.url("postgres")
    await upgrade(url)
    async with crowd_on(tmp_path, url) as crowd:
        async with apart(crowd.stage):
            async with crowd.at_work():
                for _ in range(KILLS):
                    await asyncio.sleep(crowd.chance.uniform(1, 4))
                    server.kill()
                    await asyncio.sleep(crowd.chance.uniform(0, 1))
                    server.start()
            answered = await caught_up(crowd, 2 * PATIENCE)  # a row may be held for a minute
        print(f"\nF5 PostgreSQL killed {KILLS} times: {await crowd.judge()}; {answered}")
