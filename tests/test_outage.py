"""What waits while a platform is gone, in small (all of it: make soak)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from bot.clocks import VIETNAM
from bot.sandbox.stage import Stage
from db.digests import Digest
from db.directives import Assignment
from db.mail import Outcome, Reminder
from db.queue import deliveries
from scheduler.plan import Rung, RungKind
from soak.theatre import START, heard, name_of, publish, seat_block


def rung(kind: RungKind, hour: int) -> Rung:
    return Rung(kind, datetime(2024, 5, 16, hour, tzinfo=VIETNAM))


async def test_a_reminder_that_could_not_be_said_is_part_of_the_next_one(tmp_path: Path) -> None:
    async with Stage(START, folder=tmp_path) as stage:
        offices = await seat_block(stage, 1)
        await publish(stage, offices, rungs=[rung(RungKind.EARLY_5, 8)])
        await publish(stage, offices, rungs=[rung(RungKind.EARLY_5, 9)])
        stage.app.sender.pacers["telegram"].rest(3600)
        for hour in (8, 9):
            await at_hour(stage, hour)
        await stage.restart()
        await stage.settled()
        [said] = heard(stage, name_of(0))
        assert "1. " in said
        assert "2. " in said


@pytest.mark.parametrize("same", [True, False])
async def test_a_reminder_on_the_wire_when_the_next_one_is_written_is_said_only_for_what_that_one_leaves_out(
    tmp_path: Path, same: bool
) -> None:
    async with Stage(START, folder=tmp_path) as stage:
        offices = await seat_block(stage, 1)
        first, second = rung(RungKind.EARLY_5, 8), rung(RungKind.EVE, 9)
        await publish(stage, offices, rungs=[first, second] if same else [first])
        await publish(stage, offices, rungs=[] if same else [second])
        stage.app.sender.pacers["telegram"].rest(3600)
        await at_hour(stage, 8)
        moment = {"now": stage.clock.now(), "machine": stage.clock.machine()}
        async with stage.app.db.writing() as session:
            [row] = await deliveries.claim(session, **moment, most=1)
            await deliveries.note(session, row, on_wire_at=stage.clock.now())
        await at_hour(stage, 9)
        async with stage.app.db.writing() as session:
            await deliveries.rest(session, row, stage.clock.machine(), "refused", on_wire_at=None)
        await stage.restart()
        await stage.settled()
        assert len(heard(stage, name_of(0))) == (1 if same else 2)


@pytest.mark.full
async def test_a_row_that_cannot_be_said_keeps_nobody_from_hearing(tmp_path: Path) -> None:
    """Not even its own office, of its other tasks; nor does a job that fails keep the others from their turn."""
    async with Stage(START, folder=tmp_path) as stage:
        await publish(stage, await seat_block(stage, 2), directives=2, rungs=[rung(RungKind.EARLY_5, 8)])
        async with stage.app.db.writing() as session:
            bad = (await session.scalars(select(Reminder).order_by(Reminder.id).limit(1))).one()
            bad.rung = "of a later version"
            promised = update(Assignment).where(Assignment.id == bad.assignment_id)
            await session.execute(promised.values(promised_on=date(2024, 6, 1)))
            session.add(Digest(office_id=1, held={}, looked_on=None))
            await session.execute(text("UPDATE digests SET held = 'no JSON'"))
        stage.app.house = replace(stage.app.house, digest_at=time(8))
        before = stage.app.health._ticked
        await at_hour(stage, 8)
        assert stage.app.health._ticked == before
        for _ in range(2):
            async with stage.app.db.writing() as session:
                await session.execute(update(Reminder).where(Reminder.id == bad.id).values(retry_at=None))
            await stage.app.tick()
        await stage.settled()
        assert [len(heard(stage, name_of(number))) for number in (0, 1)] == [1, 1]
        assert "Công văn số 2/UBND-NV" in heard(stage, name_of(0))[0]
        async with stage.app.db.reading() as session:
            assert (await session.get_one(Reminder, bad.id)).outcome == Outcome.FAILED


async def at_hour(stage: Stage, hour: int) -> None:
    stage.clock.move_to(datetime(2024, 5, 16, hour, tzinfo=VIETNAM) + timedelta(seconds=1))
    await stage.app.tick()
