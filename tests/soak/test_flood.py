"""One person writes without end (F10): the others are answered as before, and he is told once.

The bot is a process of its own; the people and their Telegram are this one.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from pathlib import Path

import pytest

from bot.clocks import VIETNAM
from bot.sandbox.stage import Stage
from bot.sandbox.telegram import Event
from db.mail import Outcome
from soak.child import apart
from soak.crowd import settled_apart
from soak.theatre import heard, name_of, publish, rows_of, seat_block, unlogged

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]
MESSAGES, OTHERS, QUESTIONS = 2_000, 8, 60
TOLD = "quá nhiều tin"


async def ask(stage: Stage, name: str, times: int) -> list[float]:
    """How long each of this person's questions waited for its answer, in seconds."""
    phone, waits = stage.phone(name), []
    events: asyncio.Queue[Event] = stage.telegram.listen()
    for _ in range(times):
        asked = time.monotonic()
        await phone.say("/viec")
        while True:
            event = await events.get()
            if event.message.chat_id == phone.id and event.message.from_bot and event.kind == "sent":
                break
        waits.append(time.monotonic() - asked)
        await asyncio.sleep(0.2)
    stage.telegram.unlisten(events)
    return waits


async def flood(stage: Stage, name: str) -> None:
    """All of it, as the platform hands it over: one at a time, the next after the answer."""
    for number in range(MESSAGES):
        await stage.phone(name).say(f"xin chào {number}")
        await asyncio.sleep(0.03)  # thirty a second: more than a hand can, and what Telegram hands over of one chat


def p99(waits: list[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.99)]


async def everybody_asks(stage: Stage) -> list[float]:
    waits = await asyncio.gather(*(ask(stage, name_of(n), QUESTIONS) for n in range(1, OTHERS + 1)))
    return [wait for person in waits for wait in person]


async def test_one_who_writes_without_end_delays_nobody_and_is_told_once(tmp_path: Path) -> None:
    unlogged()
    async with Stage(datetime.now(VIETNAM), folder=tmp_path, running=True) as stage:
        await publish(stage, await seat_block(stage, OTHERS + 1))
        async with apart(stage) as bot:
            calm = await everybody_asks(stage)
            before = bot.memory()
            _, rough = await asyncio.gather(flood(stage, name_of(0)), everybody_asks(stage))
            await settled_apart(stage, within=120)
            grown = bot.memory() - before
        came, _ = await rows_of(stage)
        aside = sum(row.outcome == Outcome.IGNORED for row in came)
        told = sum(TOLD in text for text in heard(stage, name_of(0)))
        print(
            f"\nF10 flood: {MESSAGES} messages of one person, {aside} put aside, told {told}×; "
            f"others' p99 {p99(rough):.2f} s, {p99(calm):.2f} s without him; memory +{grown / 2**20:.0f} MiB"
        )
        assert len({row.key for row in came}) == len(came) == MESSAGES + 2 * OTHERS * QUESTIONS
        assert all(row.outcome in (Outcome.DONE, Outcome.IGNORED) for row in came)
        assert told == 1
        assert len(heard(stage, name_of(0))) + aside == MESSAGES + 1
        assert p99(rough) < max(1.0, 3 * p99(calm))
        assert grown < 64 * 2**20
