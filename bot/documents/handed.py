"""The tasks of a table of work."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.documents import demands
from bot.documents.dates import DATE, Issued, read_date
from bot.documents.deadlines import deadlines
from bot.documents.grid import Grid, Row
from bot.documents.header import respelled
from bot.documents.offices import expand
from bot.documents.parting import part
from bot.documents.reading import Deadline, Span, Task
from bot.documents.tasks import Setting
from bot.documents.tidy import match_form

_LEADING = "thời gian hoàn thành: "


def hidden(text: str, grids: list[Grid]) -> str:
    """The text without its tables; characters keep their places."""
    for grid in grids:
        start, end = grid.span
        text = text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
    return text


def handed(setting: Setting, grids: list[Grid]) -> list[Task]:
    """One task for each row, or one for each deadline in it."""
    return [task for grid in grids for row in grid.rows for task in _tasks(setting, row)]


def _tasks(setting: Setting, row: Row) -> list[Task]:
    own = replace(setting, issued=_issued(setting, row))
    due = _when(own, row.when)
    parts = [(row.work, due)] if due else part(setting.text, row.work, own.deadlines(row.work))
    return [
        _task(setting, row, f"{row.no}-{n}" if len(parts) > 1 else row.no, *each) for n, each in enumerate(parts, 1)
    ]


def _issued(setting: Setting, row: Row) -> Issued:
    """A month without a year follows the day of the document the row cites, else that of the whole."""
    cited = re.search(rf"ngày\s+({DATE})", match_form(setting.words(row.cited))) if row.cited else None
    day = read_date(cited[1], setting.issued) if cited else None
    return Issued(day.year, day) if day else setting.issued


def _when(setting: Setting, cell: Span | None) -> Deadline | None:
    """What stands in the cell of time, read as «thời gian hoàn thành: …»; None where it names no day."""
    if cell is None:
        return None
    words = setting.words(cell)
    bare = re.sub(r"(?i)^thời\s+gian\s+hoàn\s+thành:?\s*", "", words)
    for lead in ("", _LEADING):
        for due in deadlines(lead + bare, setting.issued, setting.calendar):
            if due.date or due.rule == "periodic":
                return replace(due, expression=" ".join(words.split()), span=cell)
    return None


def _task(setting: Setting, row: Row, no: str, span: Span, due: Deadline) -> Task:
    words = setting.words(span)
    helpers = demands.coordinating(words)
    if row.helpers and row.helpers[0] < row.helpers[1]:
        helpers = expand(setting.words(row.helpers))
    kind = demands.kind(words, due.rule)
    said = " ".join(words.split())
    return Task(no, _lead(setting, row), helpers, said, span, due, kind, demands.send_to(words), demands.via(words))


def _lead(setting: Setting, row: Row) -> tuple[str, ...]:
    """The office of the row; where its block is headed by the full name of that office, this."""
    named = expand(setting.words(row.lead)) if row.lead else ()
    if row.heading and len(named) == 1:
        full = " ".join(setting.words(row.heading).split())
        if full.split()[0].casefold() == named[0].split()[0].casefold():
            return (respelled(full),)
    return named
