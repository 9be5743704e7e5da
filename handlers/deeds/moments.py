"""A moment ahead as people type it: `8h mai`, `chiều thứ Năm`, `14:30`, `30 phút nữa`."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from bot.clocks import local
from bot.text import fold
from handlers.deeds.days import find_day
from handlers.deeds.deadline import find_hour
from scheduler.plan import AFTERNOON, MORNING
from scheduler.workdays import at

_LATER = re.compile(
    r"\b(\d{1,3}) (phut|tieng|gio|ngay|tuan) (?:nua|sau)\b|\bsau (\d{1,3}) (phut|tieng|gio|ngay|tuan)\b"
)
_UNITS = {"phut": "minutes", "tieng": "hours", "gio": "hours", "ngay": "days", "tuan": "weeks"}
_PARTS = (
    (r"\bcuoi (gio|buoi|ngay)\b", time(16)),
    (r"\bsang\b", MORNING),
    (r"\btrua\b", time(11)),
    (r"\bchieu\b", AFTERNOON),
    (r"\btoi\b(?! thu| ngay| tuan)", time(19)),
)
_TIMES = re.compile(
    r"\d+|h|\d+h\d*|gio|phut|tieng|ruoi|sang|trua|chieu|toi|dem|nay|mai|mot|ngay|kia|thu|hai|ba|tu|nam|sau|bay|chu|nhat|"
    r"tuan|thang|luc|vao|den|het|cuoi|buoi|dau|nua|nhe|nha|a|em|anh|chi|voi|vao|hom|khoang"
)


def read_moment(words: str, now: datetime) -> datetime | None:
    """Aware, local; None where no time is named, or one that has gone by."""
    folded = fold(words)
    if later := _LATER.search(folded):
        return _later(int(later[1] or later[3]), later[2] or later[4], local(now))
    clock, rest = find_hour(words)
    if clock is None and rest != words:
        return None
    part = next((usual for pattern, usual in _PARTS if re.search(pattern, folded)), None)
    if clock is not None and part is not None and part >= time(12) and clock < time(12):
        clock = clock.replace(hour=clock.hour + 12)
    day, said = find_day(rest, local(now).date()), clock or part
    if day is None and said is None:
        return None
    found = at(day or local(now).date(), said or MORNING)
    if day is None and found <= now:
        found += timedelta(days=1)
    return found if found > now else None


def says_more(words: str) -> bool:
    """Whether there is more in it than a time."""
    return any(not _TIMES.fullmatch(word) for word in fold(words).split())


def _later(count: int, unit: str, now: datetime) -> datetime:
    found = now + timedelta(**{_UNITS[unit]: count})
    return at(found.date(), MORNING) if unit in {"ngay", "tuan"} else found.replace(second=0, microsecond=0)
