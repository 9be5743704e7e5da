"""A reading for people: each field with the sentence it was read from. The words of `nhacviec read`."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.documents.child import read_file
from bot.documents.errors import DocumentError
from bot.documents.reading import Period, Reading, Span, Task
from bot.documents.tidy import sentence_around
from scheduler.workdays import Workdays

MISSING = "không thấy"
_FIELDS = (
    ("number", "Số, ký hiệu"),
    ("date", "Ngày ban hành"),
    ("doc_type", "Loại văn bản"),
    ("issuer", "Cơ quan ban hành"),
    ("place", "Địa danh"),
    ("subject", "Trích yếu"),
)


def read_command(path: Path, as_json: bool) -> int:
    """Read one file and print it, for people or as JSON; 0, or 1 with one clear sentence on stderr."""
    try:
        if not path.is_file():
            raise FileNotFoundError
        reading = asyncio.run(read_file(path, path.name, Workdays.load()))
    except (DocumentError, OSError) as error:
        print(str(error) if isinstance(error, DocumentError) else f"Không thấy tệp {path.name}.", file=sys.stderr)
        return 1
    print(json.dumps(reading.to_json(), ensure_ascii=False, indent=2) if as_json else "\n".join(_page(reading)))
    return 0


def _page(reading: Reading) -> Iterator[str]:
    for name, label in _FIELDS:
        yield f"{label}: {getattr(reading, name) or MISSING}"
        yield from (f"  «{reading.words(span)}»" for span in [reading.spans.get(name)] if span)
    yield f"Nơi nhận ({len(reading.offices)} đơn vị): {'; '.join(reading.offices) or MISSING}"
    yield f"Kỳ số liệu: {_period(reading.report_period)}"
    yield from _quote(reading, reading.report_period.span if reading.report_period else None)
    yield f"Người ký: {_signer(reading)}"
    for task in reading.tasks:
        yield from _task(reading, task)
    if not reading.tasks:
        yield f"Nhiệm vụ: {MISSING}"
    yield from (f"Lưu ý: {note}" for note in reading.notes)


def _task(reading: Reading, task: Task) -> Iterator[str]:
    due = task.deadline
    yield f"\nNhiệm vụ {task.no}: {'; '.join(task.assignees) or MISSING}"
    yield f"  Hạn: {due.expression or MISSING}{_named(task)}"
    yield from (f"  {line}" for line in _quote(reading, due.span or task.span))
    if task.coordinating:
        yield f"  Phối hợp: {'; '.join(task.coordinating)}"
    if task.send_to:
        yield f"  Gửi: {task.send_to}{f' (qua {task.via})' if task.via else ''}"
    if task.period:
        yield f"  Kỳ số liệu riêng: {_period(task.period)}"
    yield from (f"  Câu hỏi: {question.text}" for question in task.questions)


def _named(task: Task) -> str:
    due = task.deadline
    if due.effective is None:
        return f" ({due.recurrence})" if due.recurrence else ""
    latest = f"{due.time} ngày" if due.time else "hết ngày"
    workday = f"; ngày làm việc cuối {_day(due.last_workday)}" if due.last_workday else ""
    return f" → chậm nhất {latest} {_day(due.effective)}{workday}"


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{int(day)}/{int(month)}/{year}"


def _period(period: Period | None) -> str:
    return f"{_day(period.start)} - {_day(period.end)}" if period else MISSING


def _signer(reading: Reading) -> str:
    signer = reading.signer
    return ", ".join(filter(None, (signer.name, signer.title, signer.authority))) if signer else MISSING


def _quote(reading: Reading, span: Span | None) -> Iterator[str]:
    if span:
        words = reading.words(sentence_around(reading.text, *span))
        yield f"  «{words if len(words) <= 240 else _near(reading, span)}»"


def _near(reading: Reading, span: Span) -> str:
    """The end of a long sentence is where its deadline stands."""
    start, end = sentence_around(reading.text, *span)
    start, end = max(start, span[0] - 120), min(end, max(span[1], span[0] + 120))
    return f"… {reading.words((start, end))} …"
