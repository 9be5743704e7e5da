"""What a long life costs: a message with a million rows behind it, the start, the memory."""

from __future__ import annotations

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from tests.bench import data
from tests.bench.bots import BIN, Running, nhacviec, ours, peer
from tests.bench.load import Crowd
from tests.bench.speed import PEOPLE, Variant
from tests.bench.table import Row, middle, ratio, spread
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
        *await _starts(telegram, folder, rounds),
    ]


async def _starts(telegram: Telegram, folder: Path, rounds: int) -> list[Row]:
    """`nhacviec run` on a known database until Telegram hears where to send; the peers until they listen."""
    await data.fresh(folder / "start", PEOPLE)
    times: dict[str, list[float]] = {"ours": [], "raw": [], "ptb": [], "aiogram": []}
    idle: dict[str, float] = {}
    for _ in range(rounds):
        for name, seen in times.items():
            began = time.perf_counter()
            bot = peer(telegram, name) if name != "ours" else _ours(telegram, folder / "start")
            async with bot as running:
                seen.append(time.perf_counter() - began)
                await asyncio.sleep(1.5)
                idle[name] = running.memory()
    busy = await _busy(telegram, folder / "start")
    others = [name for name in times if name != "ours"]
    ready = middle(times["ours"])
    return [
        Row(
            "start to ready, s",
            spread(times["ours"], "{:.2f}".format),
            ", ".join(f"{name} {middle(times[name]):.2f}" for name in others),
            "≤ 1",
            ready <= 1,
        ),
        Row(
            "memory idle; after 1,800 messages, MB",
            f"{idle['ours']:.0f}; {busy:.0f}",
            ", ".join(f"{name} {idle[name]:.0f}" for name in others),
            "≤ 110",
            max(idle["ours"], busy) <= 110,
        ),
    ]


def _ours(telegram: Telegram, folder: Path) -> AbstractAsyncContextManager[Running]:
    return nhacviec(telegram, folder, [str(BIN / "nhacviec"), "run"], {})


async def _busy(telegram: Telegram, folder: Path) -> float:
    async with ours(telegram, folder) as running:
        for _ in range(3):
            await Crowd(running.bot, running.hook, PEOPLE).burst(600)
        return running.memory()
