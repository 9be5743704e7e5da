"""A consolidated report of many offices: .docx, .xlsx and ZIP, each written by a process of its own, to see what
memory it takes. Answers are made as they are asked for, as a database would give them."""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from bot.documents.report import (
    Collection,
    Matrix,
    Passage,
    Question,
    Report,
    SentFile,
    Source,
    Topic,
    by_topic,
    write_files,
    write_matrix,
    write_report,
)
from db.editions import Kind
from tests.bench import editions
from tests.bench.alone import alone, measured
from tests.bench.table import Row, middle, spread
from tests.report_samples import MADE, SAID, offices, report

QUESTIONS, FILES = 12, 2
KINDS = ("docx", "xlsx", "zip")
FEW, MANY = 100, 1000
SLACK = 20
"""Megabytes that MANY offices may take more than FEW: their names, and the directory of the ZIP."""


async def measure(folder: Path, rounds: int) -> list[Row]:
    """Time and peak memory at 1,000 offices, beside the same at 100: each file written from values, then all of an
    edition and of a dossier made from a database."""
    rows = []
    for kind in KINDS:
        few = [await alone("tests.bench.reports", kind, FEW, folder) for _ in range(rounds)]
        many = [await alone("tests.bench.reports", kind, MANY, folder) for _ in range(rounds)]
        what = f"report of {MANY:,} offices × {QUESTIONS} answers{f' × {FILES} files' * (kind == 'zip')}, .{kind}"
        rows += _rows(what, few, many)
    for kind in (Kind.REPORT, Kind.DOSSIER):
        few = [await _from_database(folder, kind, FEW) for _ in range(rounds)]
        many = [await _from_database(folder, kind, MANY) for _ in range(rounds)]
        rows += _rows(f"{kind} of {MANY:,} offices × {QUESTIONS} answers × {FILES} files, from the database", few, many)
    return rows


async def _from_database(folder: Path, kind: Kind, offices: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=folder) as here:
        return await alone("tests.bench.editions", kind, await editions.filled(Path(here), offices))


def _rows(what: str, few: Sequence[dict[str, float]], many: Sequence[dict[str, float]]) -> list[Row]:
    more = middle(each["peak"] for each in many) - middle(each["peak"] for each in few)
    return [
        Row(
            f"{what}: s",
            spread([each["seconds"] for each in many], "{:.1f}".format),
            f"{FEW} offices {middle(each['seconds'] for each in few):.1f}; {many[0]['size']:.1f} MB",
            "≤ 60",
            max(each["seconds"] for each in many) <= 60,
        ),
        Row(
            "  peak memory of the process, MB",
            spread([each["peak"] for each in many]),
            f"{FEW} offices {middle(each['peak'] for each in few):.0f}",
            f"≤ {SLACK} more",
            more <= SLACK,
        ),
    ]


def _answer(office: int, question: int) -> Passage:
    return Passage(Source(office, question, 1), f"Đơn vị {office}", SAID[1], None, answered_at=MADE)


@dataclass(frozen=True)
class _Answers:
    """Made anew each time they are read."""

    count: int

    def __iter__(self) -> Iterator[Passage]:
        return (_answer(office, question) for office in range(1, self.count + 1) for question in range(QUESTIONS))


def _report(count: int) -> Report:
    topics = tuple(Topic(f"Nội dung {question}", (question,)) for question in range(QUESTIONS))
    return replace(report(), outline=by_topic(topics, offices(count), _answer), respondents=offices(count))


def _matrix(count: int) -> Matrix:
    questions = tuple(Question(question, f"Nội dung {question}") for question in range(QUESTIONS))
    return Matrix("Kết quả", questions, offices(count), _Answers(count), MADE)


def _files(folder: Path, count: int) -> Collection:
    content = bytes(range(256)) * 32
    path = folder / "tep"
    path.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    found = (
        SentFile(office.id, office.name, 1, f"{number}.pdf", sha256, path, MADE)
        for office in offices(count)
        for number in range(QUESTIONS * FILES)
    )
    return Collection("Kết quả", "912/UBND-TTHC", count, found, (), MADE)


def _main(kind: str, count: int, folder: Path) -> None:
    writers: dict[str, tuple[Callable[[Any, IO[bytes]], None], Callable[[], Any]]] = {
        "docx": (write_report, lambda: _report(count)),
        "xlsx": (write_matrix, lambda: _matrix(count)),
        "zip": (write_files, lambda: _files(folder, count)),
    }
    write, value = writers[kind]
    path = folder / f"ra.{kind}"
    with measured() as told:
        with path.open("wb") as out:
            write(value(), out)
        told["size"] = path.stat().st_size / 2**20
    path.unlink()


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
