"""`make bench`: all of it takes about eight minutes; ARGS=--quick one or two, ARGS=--write keeps the table."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sqlite3
import tempfile
from datetime import datetime
from pathlib import Path

from bot.clocks import VIETNAM
from bot.logs import setup
from bot.sandbox.ports import free_port
from tests.bench import asking, broadcast, history, pages, reports, speed, startup, table
from tests.bench.alone import ROOT
from tests.bench.bots import PEOPLES_CORE, pin
from tests.bench.wire import Telegram

PARTS = ("speed", "broadcast", "history", "asking", "pages", "reports", "startup")
PAGE = ROOT / "docs" / "performance.md"


async def main(parts: list[str], quick: bool) -> list[table.Row]:
    rounds = 1 if quick else 3
    rows: list[table.Row] = []
    with tempfile.TemporaryDirectory(prefix="nhacviec-bench-") as name:
        folder = Path(name)
        async with Telegram(free_port()) as telegram:
            for part in parts:
                print(f"measuring: {part} …", flush=True)
                if part == "speed":
                    rows += await speed.measure(telegram, folder, rounds)
                elif part == "broadcast":
                    rows += await broadcast.measure(telegram, folder, 300 if quick else 3000)
                elif part == "history":
                    rows += await history.measure(telegram, folder, rounds, 100_000 if quick else 1_000_000)
                elif part == "asking":
                    rows += await asking.measure(folder, rounds)
                elif part == "pages":
                    rows += await pages.measure(folder, rounds)
                elif part == "reports":
                    rows += await reports.measure(folder, rounds)
                else:
                    rows += await startup.measure(telegram, folder, rounds)
    return rows


def machine() -> str:
    cores = os.cpu_count()
    return (
        f"{datetime.now(VIETNAM):%d/%m/%Y}, {platform.machine()}, {cores} cores, {platform.system()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def write(rows: list[table.Row]) -> None:
    """The table of docs/performance.md, between its two marks; the words around it stay."""
    before, rest = PAGE.read_text(encoding="utf-8").split("<!-- measured -->\n", 1)
    after = rest.split("<!-- end -->", 1)[1]
    body = f"{machine()}.\n\n{table.markdown(rows)}\n"
    PAGE.write_text(f"{before}<!-- measured -->\n{body}<!-- end -->{after}", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and rows: to see that it runs")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part; may be given again")
    given = parser.parse_args()
    setup("ERROR", False)
    pin(PEOPLES_CORE)
    found = asyncio.run(main(given.only or list(PARTS), given.quick))
    print(f"\n{machine()}\n\n{table.text(found)}")
    if given.write:
        write(found)
