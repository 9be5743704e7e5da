"""Who has not reported: over many offices and a hundred directives, beside the same question in raw SQL.

Run by itself (`python -m tests.bench.asking FOLDER`) it asks the database there and prints milliseconds as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from db import Database, Work
from db.directives import Directive
from db.standing import tallies, unreported
from handlers.deeds.desk import overview
from tests.bench import bots, data
from tests.bench.table import Row, middle

DIRECTIVES, ASKED = 100, 5
_STANDS = (
    "EXISTS (SELECT 1 FROM submissions s WHERE s.assignment_id = a.id AND s.refused_at IS NULL "
    "AND s.withdrawn_at IS NULL AND NOT (s.way = 'qlvb' AND s.confirmed_at IS NULL)) "
    "OR EXISTS (SELECT 1 FROM exemptions e WHERE e.assignment_id = a.id)"
)
NAMES = (
    "SELECT t.id, o.name FROM tasks t JOIN assignments a ON a.task_id = t.id JOIN offices o ON o.id = a.office_id "
    f"WHERE t.directive_id = ? AND NOT ({_STANDS}) ORDER BY t.position, a.id"
)
COUNTS = (
    f"SELECT t.directive_id, count(*), count(*) FILTER (WHERE {_STANDS}) FROM tasks t "
    "JOIN assignments a ON a.task_id = t.id GROUP BY t.directive_id"
)


async def measure(folder: Path, offices: int) -> list[Row]:
    found = await data.fresh(folder / f"offices{offices}", 1)
    await asyncio.to_thread(data.directives, found, offices, DIRECTIVES)
    took = await _asked(found)
    names = took["names"] / took["raw names"]
    over = f"{offices:,} offices × {DIRECTIVES} directives"
    return [
        Row(
            f"{over}: names of one, ms of CPU",
            f"{took['names']:.1f}",
            f"raw SQL {took['raw names']:.1f}, ratio {names:.2f}",
            "≤ 2 × raw",
            names <= 2,
        ),
        Row(
            f"  counts of all {DIRECTIVES}, ms of CPU",
            f"{took['counts']:.1f}",
            f"raw SQL {took['raw counts']:.1f}",
            "≤ 25",
            took["counts"] <= 25,
        ),
        Row("  the whole answer to /missing, ms of CPU", f"{took['answer']:.0f}", "", "", None),
    ]


async def _asked(folder: Path) -> dict[str, float]:
    """On the bots' core, in a process of its own."""
    arguments = [sys.executable, "-m", "tests.bench.asking", str(folder)]
    async with bots.process(arguments, {}) as asking:
        assert asking.stdout
        found: dict[str, float] = json.loads(await asking.stdout.read())
    return found


async def _timed(times: int, *asked: Callable[[], Awaitable[Any]]) -> list[float]:
    """Milliseconds of CPU of each question, asked in turns: on a busy machine a clock would measure the neighbours."""
    took: list[list[float]] = [[] for _ in asked]
    for _ in range(times):
        for ask, seen in zip(asked, took, strict=True):
            began = time.process_time()
            await ask()
            seen.append((time.process_time() - began) * 1000)
    return [middle(seen) for seen in took]


async def main(folder: Path) -> None:
    raw = sqlite3.connect(data.path(folder))
    db = Database(f"sqlite+aiosqlite:///{data.path(folder)}")

    async def asked(sql: str, *values: int) -> list[Any]:
        return raw.execute(sql, values).fetchall()

    async def names() -> int:
        async with db.reading() as session:
            return len(await unreported(session, ASKED))

    async def counts() -> int:
        async with db.reading() as session:
            return len(await tallies(session, range(1, DIRECTIVES + 1)))

    async def answer() -> object:
        async with db.reading() as session:
            directive = await session.get(Directive, ASKED)
            assert directive
            return await overview(Work(session, datetime.now(UTC), datetime.now(UTC)), directive)

    assert len(await asked(NAMES, ASKED)) == await names() > 0
    assert len(await asked(COUNTS)) == await counts() == DIRECTIVES
    raw_names, our_names = await _timed(21, lambda: asked(NAMES, ASKED), names)
    raw_counts, our_counts = await _timed(3, lambda: asked(COUNTS), counts)
    (whole,) = await _timed(3, answer)
    took = {"raw names": raw_names, "names": our_names, "raw counts": raw_counts, "counts": our_counts, "answer": whole}
    print(json.dumps(took))
    await db.close()
    raw.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
