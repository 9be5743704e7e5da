"""Updates delivered up to five times and out of order (F9): the same as once and in order.

A platform keeps the order within one chat for what is new; repetitions may come at any time after.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from bot.sandbox.stage import Stage
from db.directives import Assignment
from db.mail import Outcome
from db.reports import Submission
from soak.theatre import START, heard, knock, message, name_of, publish, rows_of, seat_block, unlogged

PEOPLE = 10
WINDOW = 200
WORDS = ("/viec", "đã nhận", "/huongdan", "không phát sinh", "mai anh gửi", "ai chưa nộp", "xin chào", "/nop", "xong")


def script(stage: Stage, count: int, chance: random.Random) -> list[dict[str, Any]]:
    """What everybody says, in order."""
    updates = []
    for number in range(count):
        who = name_of(chance.randrange(PEOPLE))
        updates.append(message(number, stage.phone(who).id, who, chance.choice(WORDS)))
    return updates


def disordered(updates: Sequence[dict[str, Any]], chance: random.Random) -> list[dict[str, Any]]:
    """Each one to five times, shuffled within a window; the first of each in the order of its chat."""
    copies = [
        (place + chance.random() * WINDOW, update)
        for place, update in enumerate(updates)
        for _ in range(chance.randint(1, 5))
    ]
    fresh: dict[int, list[dict[str, Any]]] = {}
    for update in updates:
        fresh.setdefault(update["message"]["chat"]["id"], []).append(update)
    told: set[int] = set()
    found = []
    for _, update in sorted(copies, key=lambda copy: copy[0]):
        chat = fresh[update["message"]["chat"]["id"]]
        if update["update_id"] not in told and chat[0] is not update:
            update = chat[0]  # its turn has not come: the platform hands over the one before
        if update["update_id"] not in told:
            told.add(chat.pop(0)["update_id"])
        found.append(update)
    return found + [update for chat in fresh.values() for update in chat]


async def state(stage: Stage) -> tuple[str, int]:
    """What is remembered and what was heard, without the numbers that depend on who came first; how many replies."""
    async with stage.app.db.reading() as session:
        owed = (await session.scalars(select(Assignment).order_by(Assignment.id))).all()
        made = (await session.scalars(select(Submission))).unique().all()
    facts = [(a.office_id, a.acknowledged_at, a.promised_on, a.nudges, a.version) for a in owed]
    reports = sorted((s.assignment_id, s.version, s.way, s.arrived_at) for s in made)
    said = [[re.sub(r"P\d+-\d+", "mã", text) for text in heard(stage, name_of(n))] for n in range(PEOPLE)]
    return hashlib.sha256(repr((facts, reports, said)).encode()).hexdigest(), sum(map(len, said))


async def play(folder: Path, count: int, *, disorder: bool) -> tuple[str, int, int]:
    """The state's hash, how many replies, how many deliveries of updates."""
    folder.mkdir()  # noqa: ASYNC240 - before anything runs
    async with Stage(START, folder=folder) as stage:
        stage.app.sender.pacers["telegram"].gap = 0
        await publish(stage, await seat_block(stage, PEOPLE), directives=2)
        chance = random.Random(9)
        updates = script(stage, count, chance)
        handed = disordered(updates, chance) if disorder else updates
        async with aiohttp.ClientSession() as http:
            for start in range(0, len(handed), WINDOW):
                for update in handed[start : start + WINDOW]:
                    assert await knock(stage, http, update) == 200
                await stage.app.settled()
        await stage.settled()
        came, gone = await rows_of(stage)
        assert len(came) == count
        assert {row.outcome for row in came} == {Outcome.DONE}
        assert not any(row.uncertain for row in gone)
        return *(await state(stage)), len(handed)


async def same_state(folder: Path, count: int) -> str:
    once, replies, _ = await play(folder / "once", count, disorder=False)
    often, again, handed = await play(folder / "often", count, disorder=True)
    assert again == replies, "somebody heard more or less"
    assert often == once
    return (
        f"\nF9 disorder: {count} updates of {PEOPLE} people handed over {handed} times out of order: "
        f"the same state, {again - replies} replies more than the {replies} of once in order"
    )


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_ten_thousand_updates_repeated_and_out_of_order_are_as_once_and_in_order(tmp_path: Path) -> None:
    unlogged()
    print(await same_state(tmp_path, 10_000))


@pytest.mark.full
async def test_updates_repeated_and_out_of_order_are_as_once_and_in_order(tmp_path: Path) -> None:
    await same_state(tmp_path, 60)
