"""The machine's clock leaps two hours, back and ahead (F6): people are answered as before, each reminder comes once.

The real process is shown a wall clock that leaps (leaping.py); what it counts since the machine's start goes on, as it
does when somebody sets the clock. It is killed while the clock is wrong, too: what it held was taken at another hour.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.sandbox.stage import Stage
from bot.sandbox.telegram import Event
from db.mail import Delivery, Outcome, Priority, Reminder
from scheduler.plan import Rung, RungKind
from soak.child import Child, apart
from soak.leaping import WALL
from soak.theatre import START, heard, name_of, publish, seat_block, unlogged

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]
OFFICES = 12
LEAP = timedelta(hours=2)
REMINDER = "Kính gửi Phòng số"
WARM = 10
"""Seconds until it has opened and loaded everything."""
RUNGS = ((RungKind.EARLY_5, 12), (RungKind.EARLY_3, 20), (RungKind.EVE, 45), (RungKind.OVERDUE, 90))
"""Each with the second it falls due: before any leap, while the clock is back, while it is ahead, after a death."""
HELD = 60 + 26
"""Seconds for which a dead process holds a row and then the voice, at most."""


class Wall:
    """What the child's wall clock shows: the stage's time and a leap."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._file = stage, stage.folder / WALL
        self.leap(timedelta(0))

    def leap(self, by: timedelta) -> None:
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{self._stage.clock.now().timestamp() - time.time() + by.total_seconds():.3f}\n")
        draft.replace(self._file)


async def ask(stage: Stage, name: str, waits: list[float]) -> None:
    """Every second or so a question, the next one after the answer; how long each answer took."""
    phone, events = stage.phone(name), stage.telegram.listen()
    while True:
        asked = time.monotonic()
        await phone.say("/huongdan")
        while True:
            event: Event = await events.get()
            if event.message.chat_id == phone.id and event.message.from_bot and REMINDER not in event.message.text:
                break
        waits.append(time.monotonic() - asked)
        await asyncio.sleep(1)


async def leaping(wall: Wall, bot: Child, waits: list[float]) -> tuple[float, float]:
    """Back and right, ahead and right, then deaths on either side of a leap; the longest waits of each part."""
    await asyncio.sleep(WARM)
    waits.clear()
    for pause, by in ((4, -LEAP), (10, timedelta(0)), (6, LEAP), (10, timedelta(0)), (5, timedelta(0))):
        await asyncio.sleep(pause)
        wall.leap(by)
    calm = max(waits)
    waits.clear()
    for by in (LEAP, timedelta(0)):
        await bot.die()
        wall.leap(by)
        await bot.start()
        await asyncio.sleep(40)
    return calm, max(waits, default=0.0)


async def test_a_leaping_clock_loses_and_doubles_no_reminder_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    unlogged()
    async with Stage(START, folder=tmp_path, running=True) as stage:
        offices = await seat_block(stage, OFFICES)
        began = stage.clock.now()
        rungs = [Rung(kind, began + timedelta(seconds=second)) for kind, second in RUNGS]
        await publish(stage, offices, directives=2, rungs=rungs)
        wall, waits = Wall(stage), list[float]()
        async with apart(stage, program="soak.leaping") as bot:
            people = [asyncio.create_task(ask(stage, name_of(n), waits)) for n in range(OFFICES)]
            calm, rough = await leaping(wall, bot, waits)
            longest = await quiet(people, waits)
        await stage.settled()
        await judge(stage, calm, max(rough, longest))


async def quiet(people: Sequence[asyncio.Task[None]], waits: list[float]) -> float:
    """Everybody has had one more answer; the longest wait."""
    seen = len(waits)
    async with asyncio.timeout(HELD + 20):
        while len(waits) < seen + len(people):  # noqa: ASYNC110 - the waits come from many tasks
            await asyncio.sleep(0.2)
    for person in people:
        person.cancel()
    await asyncio.gather(*people, return_exceptions=True)
    return max(waits)


async def judge(stage: Stage, calm: float, rough: float) -> None:
    async with stage.app.db.reading() as session:
        rows = (await session.scalars(select(Reminder))).all()
        said = (await session.scalars(select(Delivery).where(Delivery.priority == Priority.REMINDER))).all()
        doubtful = sum(row.uncertain for row in await session.scalars(select(Delivery)))
    ends = Counter(str(row.outcome) for row in rows)
    spoken = Counter(row.lane for row in said if row.outcome == Outcome.DONE)
    came = Counter({f"telegram:{stage.phone(name_of(n)).id}": reminders(stage, n) for n in range(OFFICES)})
    allowed = spoken + Counter(row.lane for row in said if row.uncertain)
    print(
        f"\nF6 leaps of ±2 h: {len(rows)} reminders of {OFFICES} offices, {dict(ends)}, heard as {came.total()} "
        f"messages, {(came - spoken).total()} twice, {(spoken - came).total()} never, {doubtful} uncertain; longest "
        f"wait for an answer {calm:.1f} s while the clock leapt, {rough:.1f} s where the bot was killed besides"
    )
    assert set(ends) <= {Outcome.DONE, Outcome.MERGED}
    assert not came - allowed
    assert not spoken - came
    assert {row.lane for row in said} == set(came)
    assert calm < 10
    assert rough < HELD + 10


def reminders(stage: Stage, number: int) -> int:
    return sum(REMINDER in text for text in heard(stage, name_of(number)))
