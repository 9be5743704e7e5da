"""Clocks that leap: a wrong clock put right, a machine that woke up. Nobody waits for hours, nothing happens twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.clocks import SystemClock, this_boot
from bot.lease import Speaker
from bot.messages import Outgoing
from db import Database
from db.base import LONGEST
from db.boots import began_at
from db.mail import Delivery
from db.queue import deliveries
from scheduler.clock import Metronome

NOW = datetime(2024, 5, 14, 1, tzinfo=UTC)
MACHINE = datetime(2026, 1, 1, tzinfo=UTC)
LEAP = timedelta(hours=2)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    found = Database(database_url)
    yield found
    await found.close()


async def put(db: Database, text: str, *, due_in: timedelta = timedelta(0)) -> None:
    async with db.writing() as session:
        row = Delivery(lane="telegram:1", due_at=NOW + due_in, message=Outgoing(text).to_json(), created_at=NOW)
        session.add(row)


async def claim(db: Database, *, now: datetime = NOW, machine: datetime = MACHINE) -> list[str]:
    async with db.writing() as session:
        return [row.outgoing.text for row in await deliveries.claim(session, now=now, machine=machine, most=10)]


async def test_a_lease_taken_before_the_clock_was_put_back_does_not_hold_its_lane_for_hours(db: Database) -> None:
    await put(db, "một")
    assert await claim(db, machine=MACHINE + LEAP) == ["một"]
    assert await claim(db) == ["một"]


async def test_a_rest_begun_before_the_clock_was_put_back_does_not_last_for_hours(db: Database) -> None:
    await put(db, "một")
    async with db.writing() as session:
        [row] = await deliveries.claim(session, now=NOW, machine=MACHINE + LEAP, most=1)
        await deliveries.rest(session, row, MACHINE + LEAP + LONGEST, "away")
    assert await claim(db, machine=MACHINE + LEAP) == []
    assert await claim(db) == ["một"]


async def test_an_account_taken_before_the_clock_was_put_back_is_free(db: Database) -> None:
    ahead, back = SystemClock(), SystemClock()
    ahead.booted += LEAP
    dead, living = Speaker(db, ahead, "telegram", "một"), Speaker(db, back, "telegram", "hai")
    assert await dead.take()
    assert await living.take()


async def test_what_is_to_be_said_at_once_and_in_order_is_so_though_the_clock_was_put_back(db: Database) -> None:
    await put(db, "một")
    await put(db, "mai", due_in=timedelta(minutes=5))
    async with db.writing() as session:
        message = Outgoing("hai").to_json()
        session.add(Delivery(lane="telegram:1", due_at=NOW - LEAP, message=message, created_at=NOW - LEAP))
    assert await claim(db, now=NOW - LEAP) == ["một"]


async def test_what_is_due_later_waits_for_its_time_also_where_the_clock_was_put_back(db: Database) -> None:
    await put(db, "mai", due_in=timedelta(minutes=5))
    assert await claim(db, now=NOW - LEAP) == []
    assert await claim(db, now=NOW + timedelta(minutes=5)) == ["mai"]


async def test_processes_of_one_boot_share_machine_time_whatever_the_clock_showed_when_they_started(
    db: Database,
) -> None:
    first, late, elsewhere = SystemClock(), SystemClock(), SystemClock()
    late.booted -= LEAP
    elsewhere.booted -= LEAP
    for clock, boot in ((first, this_boot()), (late, this_boot()), (elsewhere, "another machine")):
        async with db.writing() as session:
            clock.booted = await began_at(session, boot, clock.booted)
    assert abs(first.machine() - late.machine()) < timedelta(seconds=1)
    assert abs(first.machine() - elsewhere.machine() - LEAP) < timedelta(seconds=1)


async def test_the_metronome_goes_on_though_the_clock_was_put_back() -> None:
    ticked = asyncio.Event()

    async def tick() -> None:
        ticked.set()

    metronome = Metronome(tick, 0.05)
    metronome.start()
    [job] = metronome._scheduler.get_jobs()
    job.modify(next_run_time=datetime.now(UTC) + LEAP)  # as it looks once the clock has been put back
    try:
        async with asyncio.timeout(2):
            await ticked.wait()
    finally:
        metronome.stop()
