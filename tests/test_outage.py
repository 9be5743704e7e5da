"""What waits while a platform is gone, in small (all of it: make soak)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from soak.theatre import START, heard, name_of, publish, seat_block

from bot.clocks import VIETNAM
from bot.sandbox.stage import Stage
from scheduler.plan import Rung, RungKind


def rung(kind: RungKind, hour: int) -> Rung:
    return Rung(kind, datetime(2024, 5, 16, hour, tzinfo=VIETNAM))


async def test_a_reminder_that_could_not_be_said_is_part_of_the_next_one(tmp_path: Path) -> None:
    async with Stage(START, folder=tmp_path) as stage:
        offices = await seat_block(stage, 1)
        await publish(stage, offices, rungs=[rung(RungKind.EARLY_5, 8)])
        await publish(stage, offices, rungs=[rung(RungKind.EARLY_5, 9)])
        stage.app.sender.pacers["telegram"].rest(3600)
        for hour in (8, 9):
            stage.clock.move_to(datetime(2024, 5, 16, hour, tzinfo=VIETNAM) + timedelta(seconds=1))
            await stage.app.tick()
        await stage.restart()
        await stage.settled()
        [said] = heard(stage, name_of(0))
        assert "1. " in said
        assert "2. " in said
