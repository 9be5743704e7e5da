"""The start on a known database, and the memory it takes: idle, and after a day's worth of messages."""

from __future__ import annotations

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from tests.bench import data
from tests.bench.bots import BIN, Running, nhacviec, ours, peer
from tests.bench.load import Crowd
from tests.bench.speed import PEOPLE
from tests.bench.table import Row, middle, spread
from tests.bench.wire import Telegram


async def measure(telegram: Telegram, folder: Path, rounds: int) -> list[Row]:
    """`nhacviec run` on a known database until Telegram hears where to send; the peers until they listen."""
    await data.fresh(folder / "start", PEOPLE)
    times: dict[str, list[float]] = {"ours": [], "raw": [], "ptb": [], "aiogram": []}
    idle: dict[str, float] = {}
    async with _ours(telegram, folder / "start"):
        pass  # compiled once and kept, as where it is installed
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
