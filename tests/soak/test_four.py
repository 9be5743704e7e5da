"""Four processes on one PostgreSQL; whoever speaks is killed again and again while reminders fall due (F7).

A small run by itself; NHACVIEC_SPEAKERS=100 NHACVIEC_REMINDERS=10000 for all of it. After each death the leases of the
dead process are put into the past, which is what half a minute's waiting would do.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.sandbox.stage import Stage
from db import Database
from db.leases import Lease
from db.mail import Delivery, Outcome, Priority, Reminder
from db.migrate import upgrade
from scheduler.plan import Rung, RungKind
from servers import PostgreSQL, postgresql_programs
from soak.child import Child, opened
from soak.crowd import Crowd, promised
from soak.theatre import START, publish, rows_of, seat_block, unlogged

KILLS = int(os.environ.get("NHACVIEC_SPEAKERS", "10"))
ROWS = int(os.environ.get("NHACVIEC_REMINDERS", "1000"))
OFFICES, PROCESSES = 100, 4
APART = timedelta(seconds=3)
PAST = datetime(2000, 1, 1, tzinfo=UTC)

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600)]


@pytest.fixture
def url() -> Iterator[str]:
    programs = postgresql_programs()
    if programs is None:
        pytest.skip("NOT MEASURED: PostgreSQL is not installed (apt-get install postgresql)")
    server = PostgreSQL(programs)
    yield server.url("postgres")
    server.close()


async def show_time(stage: Stage) -> None:
    """The children read civil time from a file, put in place whole."""
    while True:
        draft = stage.folder / "clock.new"
        draft.write_text(stage.clock.now().isoformat())
        draft.replace(stage.folder / "clock")
        await asyncio.sleep(0.1)


async def speaker(db: Database) -> int:
    """The process that speaks."""
    async with asyncio.timeout(60):
        while True:
            async with db.reading() as session:
                owner = await session.scalar(select(Lease.owner).where(Lease.until > PAST))
            if owner is not None:
                return int(owner.split(":")[1])
            await asyncio.sleep(0.1)


async def dies(db: Database, crew: list[Child]) -> None:
    """Whoever speaks; another one is started in its place."""
    pid = await speaker(db)
    dead = next(child for child in crew if child.process.pid == pid)
    dead.process.send_signal(signal.SIGKILL)
    await dead.process.wait()
    async with db.writing() as session:
        await session.execute(update(Delivery).where(Delivery.taken_until.is_not(None)).values(taken_until=PAST))
        await session.execute(update(Lease).where(Lease.owner.contains(f":{pid}:")).values(until=PAST))
    await dead.start()


async def open_reminders(db: Database) -> bool:
    async with db.reading() as session:
        found = [
            await session.scalar(select(row.id).where(row.done_at.is_(None)).limit(1)) for row in (Reminder, Delivery)
        ]
    return any(number is not None for number in found)


async def test_reminders_come_once_however_often_the_speaker_is_killed(tmp_path: Path, url: str) -> None:
    unlogged()
    await upgrade(url)
    async with Stage(START, folder=tmp_path, running=True, webhook=False, database_url=url) as stage:
        offices = await seat_block(stage, OFFICES)
        began = stage.clock.now() + timedelta(seconds=30)
        for number in range(ROWS // OFFICES):
            await publish(stage, offices, rungs=[Rung(RungKind.EVE, began + number * APART)])
        await opened(stage)
        await stage.app.stop()
        crowd, chance, db = Crowd(stage, OFFICES), random.Random(412), Database(url)
        jobs = [asyncio.create_task(crowd.listen()), asyncio.create_task(show_time(stage))]
        crew = [Child(stage, {"NHACVIEC_CLOCK_FILE": str(tmp_path / "clock")}) for _ in range(PROCESSES)]
        try:
            for child in crew:
                await child.start()
            for _ in range(KILLS):
                await speaker(db)
                await asyncio.sleep(chance.uniform(0.5, 4))
                await dies(db, crew)
            async with asyncio.timeout(300 + ROWS / 10):
                while await open_reminders(db):  # noqa: ASYNC110 - what ends it lies in other processes
                    await asyncio.sleep(1)
        finally:
            await asyncio.gather(*(child.stop() for child in crew))
            for job in jobs:
                job.cancel()
            await db.close()
            await stage.power_on()
        await judge(stage, crowd)


async def judge(stage: Stage, crowd: Crowd) -> None:
    _, gone = await rows_of(stage)
    async with stage.app.db.reading() as session:
        ends = Counter(str(row.outcome) for row in await session.scalars(select(Reminder)))
    said = [row for row in gone if row.priority == Priority.REMINDER]
    once, allowed = promised(said)
    missed = [row for row in said if row.outcome not in (Outcome.DONE, Outcome.REPLACED, Outcome.UNCERTAIN)]
    print(
        f"\nF7 {PROCESSES} processes, the speaker killed {KILLS} times: {sum(ends.values())} reminders {dict(ends)}, "
        f"{crowd.sent.total()} messages heard, {(once - crowd.sent).total() + len(missed)} missed, "
        f"{(crowd.sent - allowed).total()} doubled, {(crowd.sent - once).total()} more of rows marked uncertain"
    )
    assert sum(ends.values()) == ROWS // OFFICES * OFFICES
    assert set(ends) <= {Outcome.DONE, Outcome.MERGED}
    assert missed == []
    assert not once - crowd.sent
    assert not crowd.sent - allowed
