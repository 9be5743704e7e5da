"""Messages from the webhook to the reply: in bursts and at calm load, ours beside a floor and the two frameworks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import data
from tests.bench.bots import Running, counted, ours, peer
from tests.bench.load import Answered, Crowd
from tests.bench.table import Row, middle, ratio, spread
from tests.bench.wire import Telegram

PEOPLE, BURST = 600, 600
SLOW = 0.05
SWEEP = (1, 8, 16)
SWEEP_BURST = 100


@dataclass
class Variant:
    """A bot under test and what its rounds gave."""

    running: Running
    answered: list[Answered] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def rates(self) -> list[float]:
        return [each.rate for each in self.answered]

    def crowd(self) -> Crowd:
        return Crowd(self.running.bot, self.running.hook, PEOPLE)

    async def burst(self, count: int = BURST) -> Answered:
        before = self.running.cpu()
        found = await self.crowd().burst(count)
        await asyncio.sleep(0.1)
        self.answered.append(found)
        self.cpu.append((self.running.cpu() - before) / count * 1e6)
        return found

    def forget(self) -> None:
        self.answered, self.cpu = [], []


@asynccontextmanager
async def variants(telegram: Telegram, folder: Path) -> AsyncIterator[dict[str, Variant]]:
    async with AsyncExitStack() as stack:
        found = {"ours": Variant(await stack.enter_async_context(ours(telegram, folder)))}
        for kind, at_once in (("raw", 1), ("aiogram", 1), *(("ptb", each) for each in SWEEP)):
            name = f"ptb{at_once}" if kind == "ptb" else kind
            found[name] = Variant(await stack.enter_async_context(peer(telegram, kind, at_once)))
        yield found


async def measure(telegram: Telegram, folder: Path, rounds: int) -> list[Row]:
    await data.fresh(folder / "speed", PEOPLE)
    async with variants(telegram, folder / "speed") as found:
        for each in found.values():
            await each.burst(SWEEP_BURST)
        rows = [row for delay in (0.0, SLOW) for row in await _bursts(found, delay, rounds)]
        return rows + await _calm(found, rounds) + await _statements(telegram, folder)


async def _bursts(found: dict[str, Variant], delay: float, rounds: int) -> list[Row]:
    for each in found.values():
        each.running.bot.delay = delay
        each.forget()
    best = await _best(found)
    names = ["ours", "raw", "aiogram", best]
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            await found[name].burst()
    us, raw, ptb, aiogram = (found[name] for name in ("ours", "raw", best, "aiogram"))
    wait = f"{delay * 1000:.0f} ms to Telegram"
    to_ptb, to_aiogram = ratio(us.rates, ptb.rates), ratio(us.rates, aiogram.rates)
    beside = f"PTB ({best[3:]} at once) {middle(ptb.rates):.0f}, aiogram {middle(aiogram.rates):.0f}"
    beside += f", raw {middle(raw.rates):.0f}; ratios {to_ptb:.2f}, {to_aiogram:.2f}, {ratio(us.rates, raw.rates):.2f}"
    lost = sum(each.missing for each in us.answered)
    return [
        Row(f"durable replies/s, {wait}", spread(us.rates), beside, "≥ PTB", to_ptb >= 1 and not lost),
        Row("  the same, to aiogram, which keeps nothing", f"{to_aiogram:.2f}", "", "≥ 1", to_aiogram >= 1),
        Row("  burst of 600: p50, p99 ms", _waits([us]), f"PTB {_waits([ptb])}, aiogram {_waits([aiogram])}"),
        Row(
            "  CPU µs a message",
            spread(us.cpu),
            f"PTB {middle(ptb.cpu):.0f}, aiogram {middle(aiogram.cpu):.0f}, raw {middle(raw.cpu):.0f}",
            "≤ 500",
            middle(us.cpu) <= 500,
        ),
    ]


async def _best(found: dict[str, Variant]) -> str:
    """python-telegram-bot at its best: how many updates at once depends on the wait."""
    names = [f"ptb{at_once}" for at_once in SWEEP]
    rates = {name: (await found[name].burst(SWEEP_BURST)).rate for name in names}
    for name in names:
        found[name].forget()
    return max(rates, key=lambda name: rates[name])


async def _calm(found: dict[str, Variant], rounds: int, rate: float = 50, seconds: float = 5) -> list[Row]:
    names = ["ours", "raw", "aiogram", "ptb1"]
    for each in found.values():
        each.running.bot.delay = 0
        each.forget()
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            found[name].answered.append(await found[name].crowd().stream(rate, seconds))
    us, *peers = (found[name] for name in names)
    beside = ", ".join(f"{name} {_waits([peer])}" for name, peer in zip(("raw", "aiogram", "PTB"), peers, strict=True))
    slowest = middle(each.p99 for each in us.answered)
    return [Row(f"reply at {rate:.0f}/s: p50, p99 ms", _waits([us]), beside, "p99 ≤ 20", slowest <= 20)]


async def _statements(telegram: Telegram, folder: Path) -> list[Row]:
    await data.fresh(folder / "traced", PEOPLE)
    async with ours(telegram, folder / "traced", trace=True) as running:
        await Crowd(running.bot, running.hook, PEOPLE).burst(BURST)
    said = counted(running)
    commits = said.pop("COMMIT", 0)
    rest = sum(count for word, count in said.items() if word in {"SELECT", "INSERT", "UPDATE", "DELETE"})
    text = f"{rest / BURST:.1f} statements, {commits / BURST:.2f} commits"
    return [Row("a message in a burst, in SQLite", text, "", "", None)]


def _waits(found: Sequence[Variant]) -> str:
    answered = [each for variant in found for each in variant.answered]
    return f"{middle(each.p50 for each in answered):.1f}, {middle(each.p99 for each in answered):.1f}"
