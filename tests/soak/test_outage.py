"""Telegram is gone for three hours, and for a weekend (F8): on return one message an office, receipts first, no haste.

Machine time goes with civil time here, so rests pass as they would. It moves only while nobody holds a row: hours that
pass between two statements would end the lease of whoever is at work.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clocks import VIETNAM
from bot.sandbox.samples import sample
from bot.sandbox.stage import Stage
from bot.sandbox.telegram import RateLimit
from db.mail import Delivery, Outcome, Received, Reminder
from scheduler.plan import Rung, RungKind
from soak.theatre import START, SleepyClock, heard, name_of, publish, rows_of, seat_block, unlogged

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]
OFFICES, DIRECTIVES = 100, 20
FIRST = 5
"""Among so many: whoever's pause ended a moment before the others' finds the platform back."""
RECEIPT, REMINDER = "Đã ghi nhận 1 tệp", "Kính gửi Phòng số"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2024, 5, day, hour, minute, tzinfo=VIETNAM)


def outages() -> list[object]:
    morning = [Rung(RungKind.EARLY_5, at(16, 8)), Rung(RungKind.EVE, at(16, 9))]
    weekend = [Rung(RungKind.EARLY_5, at(17, 14)), Rung(RungKind.EARLY_3, at(20, 8))]
    return [
        pytest.param(at(16, 7, 55), at(16, 10, 55), morning, id="three hours"),
        pytest.param(at(17, 13, 55), at(20, 8, 5), weekend, id="a weekend"),
    ]


@pytest.mark.parametrize(("gone", "back", "rungs"), outages())
async def test_after_an_outage_each_office_hears_one_message(
    tmp_path: Path, gone: datetime, back: datetime, rungs: list[Rung]
) -> None:
    unlogged()
    async with Stage(START, folder=tmp_path, clock=SleepyClock(START)) as stage:
        stage.telegram.limit = RateLimit()
        stage.app.sender.pacers["telegram"].gap = 1 / stage.app.channels["telegram"].capabilities.pace
        await publish(stage, await seat_block(stage, OFFICES), directives=DIRECTIVES, rungs=rungs)
        await pass_to(stage, gone)
        await stage.phone(name_of(0)).say("/nop 1")
        await stage.settled()
        await stage.phone(name_of(0)).send_document("bao-cao.docx", sample("bao-cao.docx"))
        await stage.taken_in()
        await stage.telegram.stop()
        await wait_through(stage, back)
        calls, began = len(stage.telegram.calls), time.monotonic()
        await stage.telegram.start()
        await pass_to(stage, back + timedelta(minutes=3))
        await stage.app.tick()
        await stage.app.settled(within=300)
        drained = time.monotonic() - began
        await judge(stage, calls, drained, back - gone)


async def wait_through(stage: Stage, back: datetime) -> None:
    """Every few minutes the bot looks and fails, as it would."""
    while stage.clock.now() < back:
        step = max(timedelta(minutes=5), (back - stage.clock.now()) / 20)
        await pass_to(stage, min(back, stage.clock.now() + step))
        await stage.app.tick()


async def pass_to(stage: Stage, moment: datetime) -> None:
    """It is this time now; who spoke for the account goes on doing so."""
    while True:
        async with stage.app.db.writing() as session:  # nobody can take anything meanwhile
            if not await held(session):
                stage.clock.move_to(moment)
                break
        await asyncio.sleep(0.02)
    await stage.app.speakers["telegram"].take()


async def held(session: AsyncSession) -> bool:
    """Whether somebody is at work on a row of any queue."""
    found = [
        await session.scalar(select(row.id).where(row.done_at.is_(None), row.taken_until.is_not(None)).limit(1))
        for row in (Received, Reminder, Delivery)
    ]
    return any(number is not None for number in found)


async def judge(stage: Stage, calls: int, drained: float, gone: timedelta) -> None:
    said = [call for call in stage.telegram.calls[calls:] if call.method.lower().startswith("send")]
    reminded = Counter({n: sum(REMINDER in t for t in heard(stage, name_of(n))) for n in range(OFFICES)})
    _, rows = await rows_of(stage)
    print(
        f"\nF8 Telegram gone for {gone}: {OFFICES} offices × {DIRECTIVES} directives, at most "
        f"{max(reminded.values())} message an office, {sum(reminded.values())} in all, "
        f"{sum(call.status == 429 for call in said)} refused for haste, drained in {drained:.0f} s; "
        f"{Counter(str(row.outcome) for row in rows)}"
    )
    assert max(reminded.values()) == 1
    assert min(reminded.values()) == 1
    assert not any(call.status == 429 for call in said)
    assert any(RECEIPT in text for text in heard(stage, name_of(0))), "the receipt was given up"
    place = [RECEIPT in str(call.params.get("text")) for call in said].index(True)
    assert place < FIRST, "the receipt was not among the first"
    assert not any(row.outcome == Outcome.FAILED for row in rows)
    assert drained <= len(said) / 25 + 60
