"""One demand with several deadlines taken apart: each part holds one, with the words that lead up to it."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.documents.layout import LOWER
from bot.documents.offices import START
from bot.documents.reading import Deadline, Span
from bot.documents.tidy import stops

FIRM = (
    "before_date",
    "before_datetime",
    "by_date",
    "by_datetime",
    "on_date",
    "on_datetime",
    "date_range",
    "range",
    "within_month",
    "within_quarter",
    "from_quarter",
    "within_year",
)
DATED = (*FIRM, "relative_days", "relative_working_days", "relative_months", "periodic")
_CLAUSE = re.compile(rf"[,;]\s+|\s+(?=(?:và|đồng thời|riêng|còn)\s+[{LOWER}])|\s+(?=(?:để|và)\s+{START})")


def part(text: str, span: Span, found: list[Deadline]) -> list[tuple[Span, Deadline]]:
    """The parts of `span` and their deadlines; `found` are the deadlines in it, their spans in `text`. At least one
    part: a demand without a deadline that names a day keeps whatever else it says."""
    kept = _distinct(text, [each for each in found if each.rule in DATED])
    if not kept:
        return [(span, found[0] if found else Deadline())]
    parts, start, current = [], span[0], kept[0]
    for due in kept[1:]:
        cut = _cut(text, current, due)
        if cut is not None:
            parts.append(((start, cut), current))
            start, current = cut, due
    return [(trim(text, where), due) for where, due in [*parts, ((start, span[1]), current)]]


def _distinct(text: str, found: list[Deadline]) -> list[Deadline]:
    """In the order of the text, each once; a cycle without a day counts only where its sentence names no day."""
    kept: list[Deadline] = []
    for each in sorted(found, key=_start):
        same = [other for other in kept if replace(other, span=None, expression=None) == _bare(each)]
        if same or (_vague(each) and any(_together(text, each, other) for other in found if not _vague(other))):
            continue
        kept.append(each)
    return kept


def _bare(due: Deadline) -> Deadline:
    return replace(due, span=None, expression=None)


def _vague(due: Deadline) -> bool:
    return due.rule == "periodic" and ":" not in (due.recurrence or "")


def _together(text: str, one: Deadline, two: Deadline) -> bool:
    """In one sentence."""
    first, second = sorted((one, two), key=_start)
    return not any(stop[0] == "." for stop in stops(text, _end(first), _start(second)))


def _cut(text: str, one: Deadline, two: Deadline) -> int | None:
    """After the sentence of the first, else after its clause."""
    for stop in stops(text, _end(one), _start(two)):
        return stop.end()
    found = _CLAUSE.search(text, _end(one), _start(two))
    return found.end() if found else None


def trim(text: str, span: Span) -> Span:
    """Without the white space and the dashes round it."""
    words = text[slice(*span)]
    return span[0] + len(words) - len(words.lstrip(" \n-+;,")), span[0] + len(words.rstrip())


def _start(due: Deadline) -> int:
    return due.span[0] if due.span else 0


def _end(due: Deadline) -> int:
    return due.span[1] if due.span else 0
