"""Dates and hours as officials write them, and the arithmetic of Bộ luật Dân sự 2015, điều 144-148.

Patterns here are for text in `tidy.match_form`: lower case, tone marks placed the new way, no line breaks.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

_SEP = r"\s*[/.\-]\s*"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_FULL = rf"{_DAY}{_SEP}{_MONTH}{_SEP}(?:\d{{4}}|\d{{2}})(?!\d)"
_WORDS = rf"{_DAY}\s+tháng\s+{_MONTH}(?:\s+năm\s+\d{{4}})?(?!\d)"
_SHORT = rf"{_DAY}\s*/\s*{_MONTH}(?![\d/%])"
WEEKDAY = r"(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s+nhật)"
_HOUR = r"(?:[01]?\d|2[0-4])\s*(?:giờ|g|h|:)(?:\s*[0-5]\d)?(?:\s*phút|')?"
TIME = rf"{_HOUR}(?:\s+(?:sáng|trưa|chiều|tối))?"
DATE = rf"(?:{_FULL}|{_WORDS}|{_SHORT})"
LUNAR = r"(?:nhằm|tức|mùng|âm\s+lịch)[^()]{0,60}"
GLOSS = rf"(?:\s*(?:\(\s*(?:(?:sáng|chiều)\s+)?{WEEKDAY}[^()]{{0,40}}\)|\(\s*{LUNAR}\)))"
_NUMBERS = re.compile(r"\d+")
_WEEKDAY_DIGITS = {"2": "hai", "3": "ba", "4": "tư", "5": "năm", "6": "sáu", "7": "bảy"}
_DAYS_OF_WEEK = ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật")
WEEKDAY_NAMES = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


class Calendar(Protocol):
    """Which days the office works: `scheduler.workdays.Workdays` is one."""

    def is_working(self, day: date) -> bool: ...


class MondayToFriday:
    """A calendar that knows no holidays: what a reading is made with before the coordinator's own is at hand."""

    def is_working(self, day: date) -> bool:
        return day.weekday() < 5


@dataclass(frozen=True, slots=True)
class Issued:
    """When the document was issued, as far as it says: a day, or only a month or a year (a draft leaves blanks)."""

    year: int | None = None
    day: date | None = None

    @classmethod
    def parse(cls, iso: str | None) -> Issued:
        if not iso:
            return cls()
        return cls(int(iso[:4]), date.fromisoformat(iso) if len(iso) == 10 else None)


def read_date(words: str, issued: Issued) -> date | None:
    """The date `words` name (`20/9/2012`, `15/8/14`, `ngày 15 tháng 02 năm 2012`, `30/11`); without a year, the next
    such date after the issue date, or in the issue year. None for 31/2 and where no year can be known."""
    numbers = [int(number) for number in _NUMBERS.findall(words)]
    if len(numbers) < 2:
        return None
    day, month, year = numbers[0], numbers[1], numbers[2] if len(numbers) > 2 else None
    if year is None:
        return _next_such(day, month, issued)
    return make_date(year + 2000 if year < 100 else year, month, day)


def make_date(year: int, month: int, day: int) -> date | None:
    """A date, or None where there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next_such(day: int, month: int, issued: Issued) -> date | None:
    if issued.year is None:
        return None
    this_year = make_date(issued.year, month, day)
    if this_year and issued.day and this_year < issued.day:
        return make_date(issued.year + 1, month, day)
    return this_year


def read_time(words: str) -> str | None:
    """`HH:MM` of `17h00`, `17 giờ 00 phút`, `10g`; 24 giờ is 23:59."""
    numbers = _NUMBERS.findall(words)
    if not numbers:
        return None
    hour, minute = int(numbers[0]), int(numbers[1]) if len(numbers) > 1 else 0
    if re.search(r"chiều|tối", words) and hour < 12:
        hour += 12
    return "23:59" if hour == 24 else f"{hour:02}:{minute:02}"


def month_end(year: int, month: int) -> date:
    """The last day of a month (điều 146)."""
    return date(year, month, monthrange(year, month)[1])


def add_months(day: date, months: int) -> date:
    """The same day number months later, or that month's last day (điều 148.3)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, month_end(year, month + 1).day))


def add_working_days(day: date, count: int, calendar: Calendar) -> date:
    """The count-th working day after `day`, which itself does not count (điều 147)."""
    while count:
        day += timedelta(1)
        count -= calendar.is_working(day)
    return day


def last_working_day(day: date, calendar: Calendar) -> date:
    """`day`, or the working day before it."""
    while not calendar.is_working(day):
        day -= timedelta(1)
    return day


def next_working_day(day: date, calendar: Calendar) -> date:
    """`day`, or the working day after it: where a period ends on a day off (điều 148.5)."""
    while not calendar.is_working(day):
        day += timedelta(1)
    return day


def weekday(words: str) -> int:
    """0 for `thứ hai` or `thứ 2` to 6 for `chủ nhật`."""
    kind, name = words.split()
    return _DAYS_OF_WEEK.index(f"{kind} {_WEEKDAY_DIGITS.get(name, name)}")


def wrong_weekdays(form: str, issued: Issued) -> Iterator[tuple[int, int, str, str]]:
    """Dates whose weekday gloss does not fit: start, end, weekday written, weekday of the date."""
    for found in _GLOSSED.finditer(form):
        named = weekday(found["before"] or found["after"])
        day = read_date(found["date"] or found["other"], issued)
        if day and day.weekday() != named:
            yield found.start(), found.end(), WEEKDAY_NAMES[named], WEEKDAY_NAMES[day.weekday()]


_GLOSSED = re.compile(
    rf"(?P<before>{WEEKDAY}),?\s*\(?(?:ngày\s+)?(?P<date>{DATE})"
    rf"|(?P<other>{DATE})\s*\(\s*(?:sáng\s+|chiều\s+)?(?P<after>{WEEKDAY})\b[^()]{{0,40}}\)"
)
