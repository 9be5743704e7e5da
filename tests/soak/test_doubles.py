"""Messages by the thousand without a death (F2): each is answered once. NHACVIEC_MESSAGES=100000 for all of it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from bot.sandbox.stage import Stage
from db.mail import Outcome
from soak.crowd import Crowd, promised
from soak.theatre import START, name_of, rows_of, seat_block, unlogged

MESSAGES = int(os.environ.get("NHACVIEC_MESSAGES", "1000"))
PEOPLE, AT_ONCE = 100, 5

pytestmark = [pytest.mark.soak, pytest.mark.timeout(5400)]


async def test_without_a_death_no_answer_is_doubled(tmp_path: Path) -> None:
    unlogged()
    async with Stage(START, folder=tmp_path) as stage:
        stage.app.sender.pacers["telegram"].gap = 0
        await seat_block(stage, PEOPLE)
        crowd = Crowd(stage, PEOPLE)
        listening = asyncio.create_task(crowd.listen())
        for _ in range(MESSAGES // PEOPLE // AT_ONCE):
            for number in range(PEOPLE * AT_ONCE):
                await stage.phone(name_of(number % PEOPLE)).say(f"/viec {number}")
            await stage.settled()
        listening.cancel()
        came, gone = await rows_of(stage)
        once, _ = promised(gone)
        doubtful = sum(row.uncertain for row in gone)
        print(
            f"\nF2 no death: {len(came)} messages, {crowd.sent.total()} answers, "
            f"{(crowd.sent - once).total()} doubled, {(once - crowd.sent).total()} missed, {doubtful} uncertain"
        )
        assert {row.outcome for row in [*came, *gone]} == {Outcome.DONE}
        assert crowd.sent == once
        assert len(came) == once.total() == MESSAGES // PEOPLE // AT_ONCE * PEOPLE * AT_ONCE
        assert doubtful == 0
