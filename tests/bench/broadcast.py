"""A broadcast to 3,000 against a Telegram that takes 30 messages a second and not one more; replies meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from tests.bench import data
from tests.bench.bots import Running, ours
from tests.bench.load import FIRST_CHAT, Answered, Crowd
from tests.bench.table import Row
from tests.bench.wire import Bot, Heard, Telegram

LIMIT, PEOPLE = 30, 50
SILENCE = 5


async def measure(telegram: Telegram, folder: Path, recipients: int) -> list[Row]:
    await data.fresh(folder / "broadcast", recipients + PEOPLE)
    async with ours(telegram, folder / "broadcast", paced=True) as running:
        running.bot.limit = LIMIT
        calm = await _crowd(running, recipients).stream(2, 5)
        busy, heard = await _broadcast(running, folder / "broadcast", recipients)
        rows = _spoken(calm, busy, heard, recipients)
        return rows + await _after_a_429(running.bot, folder / "broadcast", recipients)


def _crowd(running: Running, recipients: int) -> Crowd:
    """People who are not among the recipients, so that what they hear is what they asked for."""
    return Crowd(running.bot, running.hook, PEOPLE, first=FIRST_CHAT + recipients)


async def _broadcast(running: Running, folder: Path, recipients: int) -> tuple[Answered, list[Heard]]:
    seconds = recipients / 29
    replies = int(seconds * 0.9)
    asking = asyncio.create_task(_crowd(running, recipients).stream(1, replies))
    await asyncio.sleep(0.1)
    await asyncio.to_thread(data.broadcast, folder, recipients, recipients)
    found = await asking
    running.bot.first = 0
    running.bot.taken = sum(each.status == 200 for each in running.bot.heard)
    await running.bot.hears(recipients + replies, within=seconds)
    return found, list(running.bot.heard)


def _spoken(calm: Answered, busy: Answered, heard: Sequence[Heard], recipients: int) -> list[Row]:
    refused = sum(each.status != 200 for each in heard)
    told = [each for each in heard if each.status == 200 and each.chat < FIRST_CHAT + recipients]
    during = [each for each in heard if each.status == 200 and told[0].at <= each.at <= told[-1].at]
    rate = (len(during) - 1) / (told[-1].at - told[0].at)
    chats = [each.chat for each in told]
    once = len(chats) == len(set(chats)) == recipients
    added = busy.p99 - calm.p99
    return [
        Row(f"broadcast to {recipients:,}, strict 30/s: messages/s", f"{rate:.1f}", "", "≥ 28.5", rate >= 28.5),
        Row(
            "  refused with 429; lost or doubled",
            f"{refused}; {'none' if once else 'some'}",
            "",
            "0; none",
            refused == 0 and once,
        ),
        Row(
            "  reply meanwhile: p50, p99 ms",
            f"{busy.p50:.0f}, {busy.p99:.0f}",
            f"calm {calm.p50:.0f}, {calm.p99:.0f}",
            "p99 < 1 s more",
            added < 1000 and busy.missing == 0,
        ),
    ]


async def _after_a_429(bot: Bot, folder: Path, people: int) -> list[Row]:
    bot.forget()
    await asyncio.to_thread(data.broadcast, folder, min(people, 400), people)
    await bot.hears(100, within=30)
    bot.refuse(SILENCE)
    await bot.hears(300, within=60)
    (first, *others), taken = bot.refusals(), [each.at for each in bot.heard if each.status == 200]
    back = min((moment for moment in taken if moment > first), default=first)
    rate = sum(back + 1 <= moment < back + 2 for moment in taken)
    return [
        Row(f"after a 429 for {SILENCE} s: spoken in the silence", str(len(others)), "", "0", not others),
        Row(
            "  back after, s; messages in the second after its first",
            f"{back - first:.1f}; {rate}",
            "",
            f"≤ {SILENCE + 1}; ≥ 28",
            back - first <= SILENCE + 1 and rate >= 28,
        ),
    ]
