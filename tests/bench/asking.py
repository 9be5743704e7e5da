"""What the coordinator's desk asks of the database, beside the same SQL for the same rows through sqlite3 alone."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bot.app import keep_what_is_loaded
from bot.vi import missing as vi
from db import Database, Work
from db.desk import progress_of
from db.directives import Directive
from handlers.deeds import desk
from tests.bench import data
from tests.bench.table import Row, middle, ratio, spread

DIRECTIVES = 100
TURNS = 20


@dataclass
class Asked:
    """Milliseconds of each turn, those of sqlite3 for the same rows, and how many statements that was."""

    ours: list[float] = field(default_factory=list)
    raw: list[float] = field(default_factory=list)
    statements: int = 0


class Desk:
    """A database of so many offices, asked through us and through sqlite3 in turns."""

    def __init__(self, folder: Path) -> None:
        self.db = Database(f"sqlite+aiosqlite:///{data.path(folder)}")
        self.raw = sqlite3.connect(data.path(folder))
        self.said: list[tuple[str, Any]] = []
        event.listen(self.db._read.sync_engine, "before_cursor_execute", self._heard)
        self.names, self.answer, self.counts = Asked(), Asked(), Asked()

    def _heard(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        self.said.append((statement, parameters))

    async def turn(self, number: int) -> None:
        async with self.db.reading() as session:
            work = Work(session, datetime.now(UTC), datetime.now(UTC))
            directive = await session.get(Directive, number % DIRECTIVES + 1)
            assert directive is not None
            with self._measured(self.names):
                found = await desk.states(work, directive)
                callers = await desk.callers(work, {}, found)
            began = time.perf_counter()
            vi.overview(directive, found, callers, work.now)
            self.answer.ours.append(self.names.ours[-1] + (time.perf_counter() - began) * 1000)
            with self._measured(self.counts):
                await progress_of(session, range(1, DIRECTIVES + 1))

    @contextmanager
    def _measured(self, asked: Asked) -> Iterator[None]:
        self.said.clear()
        began = time.perf_counter()
        yield
        asked.ours.append((time.perf_counter() - began) * 1000)
        asked.statements = len(self.said)
        began = time.perf_counter()
        for statement, parameters in self.said:
            self.raw.execute(statement, parameters).fetchall()
        asked.raw.append((time.perf_counter() - began) * 1000)

    async def close(self) -> None:
        self.raw.close()
        await self.db.close()


async def measure(folder: Path, rounds: int) -> list[Row]:
    keep_what_is_loaded()
    few, many = [await _asked(folder / f"{offices}", offices, rounds) for offices in (300, 10_000)]
    gc.unfreeze()
    return [
        _names(few, 300),
        _counts(few, 300),
        _names(many, 10_000),
        Row(
            "  the whole answer to /missing, s",
            spread([each / 1000 for each in many.answer.ours], "{:.2f}".format),
            f"over 300 offices {middle(few.answer.ours):.1f} ms",
            "≤ 1",
            middle(many.answer.ours) <= 1000,
        ),
        _counts(many, 10_000),
    ]


async def _asked(folder: Path, offices: int, rounds: int) -> Desk:
    await asyncio.to_thread(folder.mkdir)
    await data.fresh(folder, 1)
    await asyncio.to_thread(data.directives, folder, offices, DIRECTIVES)
    found = Desk(folder)
    await found.turn(0)  # compiled once, and what was read is warm
    found.names, found.answer, found.counts = Asked(), Asked(), Asked()
    for number in range(TURNS * rounds if offices < 1000 else 3 * rounds):
        await found.turn(number)
    await found.close()
    return found


def _names(found: Desk, offices: int) -> Row:
    costs = ratio(found.names.ours, found.names.raw)
    few = offices == 300
    return Row(
        f"who has not reported, one directive of {offices:,} offices, ms",
        spread(found.names.ours, "{:.1f}".format),
        f"sqlite3 {middle(found.names.raw):.1f}, ratio {costs:.2f}; {found.names.statements} statements",
        "≤ 2 × sqlite3" if few else "",
        costs <= 2 if few else None,
    )


def _counts(found: Desk, offices: int) -> Row:
    few = offices == 300
    return Row(
        f"«đã nhận 41/50» of {DIRECTIVES} directives, {offices:,} offices, ms",
        spread(found.counts.ours, "{:.1f}".format),
        f"sqlite3 {middle(found.counts.raw):.1f}; {found.counts.statements} statement",
        "≤ 25, one statement" if few else "",
        middle(found.counts.ours) <= 25 and found.counts.statements == 1 if few else None,
    )
