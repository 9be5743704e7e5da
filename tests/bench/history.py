"""What a long life costs: a message with a million rows behind it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.bench import data
from tests.bench.bots import ours
from tests.bench.speed import PEOPLE, Variant
from tests.bench.table import Row, middle, ratio
from tests.bench.wire import Telegram

BURST = 300


async def measure(telegram: Telegram, folder: Path, rounds: int, rows: int) -> list[Row]:
    young = await data.fresh(folder / "young", PEOPLE)
    old = await data.fresh(folder / "old", PEOPLE)
    await asyncio.to_thread(data.history, old, rows, PEOPLE)
    async with ours(telegram, young) as first, ours(telegram, old) as second:
        pair = Variant(first), Variant(second)
        for each in pair:
            await each.burst(BURST)
            each.forget()
        for number in range(rounds):
            for each in pair if number % 2 == 0 else reversed(pair):
                await each.burst(BURST)
    costs = ratio(pair[1].cpu, pair[0].cpu)
    return [
        Row(
            f"a message's CPU with {rows:,} rows in each queue, to none",
            f"{costs:.2f}",
            f"{middle(pair[1].cpu):.0f} to {middle(pair[0].cpu):.0f} µs",
            "≤ 1.10",
            costs <= 1.1,
        ),
    ]
