"""An edition of a consolidated report made from a database: all that `reports` writes, and reading it besides."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from datetime import timedelta
from pathlib import Path

from bot.clocks import SystemClock
from bot.files import Store
from db import Database, open_work
from db.directives import Directive
from db.editions import Edition, Kind
from handlers import House
from scheduler.exporting import make_editions
from scheduler.workdays import Workdays, WorkHours
from tests.bench.alone import measured
from tests.bench.data import NOW, directives, fresh, insert, moment, opened, path
from tests.report_samples import SAID

QUESTIONS, FILES = 12, 2


async def filled(folder: Path, offices: int) -> Path:
    """A directive asked of so many offices: each has answered every question and sent its files."""
    folder = folder / str(offices)
    folder.mkdir()
    await fresh(folder, 1)
    directives(folder, offices, 1, reported=0)
    content = bytes(range(256)) * 32
    sha256 = hashlib.sha256(content).hexdigest()
    kept = Store(folder / "files").path(sha256)
    kept.parent.mkdir(parents=True)
    kept.write_bytes(content)
    at = moment(NOW - timedelta(days=1))
    owing = range(2, offices + 1)
    with opened(folder) as db:
        questions = [{"id": n, "task_id": 1, "position": n, "text": f"Nội dung {n}", "quote": ""} for n in range(1, 13)]
        insert(db, "questions", questions)
        insert(
            db,
            "answers",
            (
                {
                    "assignment_id": office,
                    "question_id": each["id"],
                    "text": SAID[1],
                    "is_nothing": 0,
                    "skipped": 0,
                    "person_id": 1,
                    "answered_at": at,
                }
                for office in owing
                for each in questions
            ),
        )
        insert(
            db,
            "submissions",
            (
                {
                    "id": 2 * office + n,
                    "assignment_id": office,
                    "way": way,
                    "version": n + 1,
                    "arrived_at": at,
                    "created_at": at,
                    "reference": "",
                }
                for office in owing
                for n, way in enumerate(("answers", "files"))
            ),
        )
        insert(
            db,
            "submission_files",
            (
                {
                    "submission_id": 2 * office + 1,
                    "position": n,
                    "name": f"{n}.{ending}",
                    "sha256": sha256,
                    "size": len(content),
                    "part": part,
                    "marks": "",
                }
                for office in owing
                for n, (ending, part) in enumerate((("docx", "soft"), ("pdf", "signed")))
            ),
        )
    return folder


async def _made(folder: Path, kind: Kind) -> int:
    """The size of all its files, in bytes."""
    db, clock, store = Database(f"sqlite+aiosqlite:///{path(folder)}"), SystemClock(), Store(folder / "files")
    house = House(Workdays.load(None), WorkHours.parse("07:00-11:30,13:30-17:00"), store, lambda _: {})
    async with open_work(db, clock) as work:
        asked = Edition(directive_id=1, kind=kind, number=1, held={}, files=[], asked_by=1, asked_at=work.now)
        work.session.add(asked)
        await work.session.get_one(Directive, 1)
        await work.session.flush()
        number = asked.id
    await make_editions(db, clock, house)
    async with db.reading() as session:
        made = await session.get_one(Edition, number)
        size = sum(store.path(file.sha256).stat().st_size for file in made.files)
    await db.close()
    return size


if __name__ == "__main__":
    with measured() as told:
        told["size"] = asyncio.run(_made(Path(sys.argv[2]), Kind(sys.argv[1]))) / 2**20
