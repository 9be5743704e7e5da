"""Days as people type them: `16/5`, `mai`, `thứ Sáu`, `hết tháng`."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from bot.text import fold

_DATE = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?:\s*[/.\-]\s*(\d{4}|\d{2}))?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
FARTHEST = 800
"""Days from today: who names a later one has mistyped the year."""
_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5, "2": 0, "3": 1, "4": 2, "5": 3, "6": 4, "7": 5}
_WORDS = {
    "hom nay": 0,
    "chieu (?:nay|em|anh|chi|toi|se|gui|nop)": 0,
    "toi nay": 0,
    "sang mai": 1,
    "chieu mai": 1,
    "ngay mai": 1,
    "mai": 1,
    "mot": 2,
    "ngay kia": 2,
}


def find_day(text: str, today: date, *, past: bool = False) -> date | None:
    """The day a text names, looking ahead, or back (`past`: a report that was sent); None if it names none within
    about two years."""
    found = _find(text, today, past)
    return found if found is not None and abs((found - today).days) <= FARTHEST else None


def _find(text: str, today: date, past: bool) -> date | None:
    if found := _ISO.search(text):
        return _written(int(found[3]), int(found[2]), found[1], today, past)
    if found := _DATE.search(text):
        return _written(int(found[1]), int(found[2]), found[3], today, past)
    folded = fold(text)
    if named := re.search(r"\bthu (hai|ba|tu|nam|sau|bay|[2-7])\b", folded):
        found_day = _weekday(_WEEKDAYS[named[1]], today, past)
        return _next_week(found_day, today) if re.search(r"\btuan (sau|toi)\b", folded) else found_day
    if re.search(r"\bchu nhat\b", folded):
        return _weekday(6, today, past)
    if month := re.search(r"\b(?:het|cuoi) thang (\d{1,2})\b", folded):
        return _end_of_month(int(month[1]), today, past)
    if re.search(r"\b(het|cuoi) thang\b", folded):
        return today.replace(day=calendar.monthrange(today.year, today.month)[1])
    if re.search(r"\bhom qua\b", folded):
        return today - timedelta(days=1)
    return next((today + timedelta(days=n) for word, n in _WORDS.items() if re.search(rf"\b{word}\b", folded)), None)


def _written(day: int, month: int, year: str | None, today: date, past: bool) -> date | None:
    try:
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        found = date(today.year, month, day)
        if not past and found < today - timedelta(days=180):
            return date(today.year + 1, month, day)
        return date(today.year - 1, month, day) if past and found > today + timedelta(days=180) else found
    except ValueError:
        return None


def _end_of_month(month: int, today: date, past: bool) -> date | None:
    first = _written(1, month, None, today, past)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1]) if first else None


def _next_week(found: date, today: date) -> date:
    """Of the week after this one, whatever day it is today."""
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
    return monday + timedelta(days=found.weekday())


def _weekday(wanted: int, today: date, past: bool) -> date:
    ahead = (wanted - today.weekday()) % 7
    return today - timedelta(days=(7 - ahead) % 7) if past else today + timedelta(days=ahead)
