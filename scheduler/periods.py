"""Reports that come back: of which period the next is, which data it covers and on which day it is due. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

REPORTS = ("report", "periodic_report")
"""Kinds of tasks that ask for a report, once or every period."""
CUT = 14
"""The last day of a reporting month (Nghị định 09/2019/NĐ-CP, điều 12)."""
EARLY = timedelta(days=40)
"""So long before its data close a quarter or a year may be due: «báo cáo năm, trước ngày 10/12»."""


class Kind(StrEnum):
    """What a period is; its last months are in `_ENDS`."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    NINE = "nine"
    YEAR = "year"


_ENDS = {
    Kind.MONTH: tuple(range(1, 13)),
    Kind.QUARTER: (3, 6, 9, 12),
    Kind.HALF: (6,),
    Kind.NINE: (9,),
    Kind.YEAR: (12,),
}
_LONG = {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.HALF: 6, Kind.NINE: 9, Kind.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """`start` and `end` of the data, both included; `named` is the day a paper would name, `last` the last on time."""

    kind: Kind
    start: date
    end: date
    named: date
    last: date


@dataclass(frozen=True, slots=True)
class Cycle:
    """On `day` of each of `months` a report is due: `before` it, or by its end. `calendar`: the data run over whole
    months, quarters, years, not over those of Nghị định 09."""

    kind: Kind
    day: int
    months: tuple[int, ...]
    before: bool
    calendar: bool = False

    @classmethod
    def of(cls, recurrence: str, words: str = "", *, calendar: bool = False) -> Cycle | None:
        """From a reader's words (`monthly: before day 20`); `words` tell six and nine months from a year. None for what
        names no day, or comes back each week."""
        if found := _MONTHLY.match(recurrence):
            kind, months = Kind.MONTH, tuple(range(1, 13))
        elif found := _QUARTERLY.match(recurrence):
            kind, months = Kind.QUARTER, (1, 4, 7, 10) if found["which"] == "first" else (3, 6, 9, 12)
        elif found := _YEARLY.match(recurrence):
            kind, months = _yearly(words, int(found["month"])), (int(found["month"]),)
        else:
            return None
        day = int(found["day"])
        if not (1 <= day <= 31 and all(1 <= month <= 12 for month in months)):
            return None
        return cls(kind, day, months, found["how"] == "before", calendar)

    @property
    def recurrence(self) -> str:
        """A reader's words, of which `of` makes it again."""
        how = "before" if self.before else "by"
        if self.kind == Kind.MONTH:
            return f"monthly: {how} day {self.day}"
        if self.kind == Kind.QUARTER:
            which = "quarter's last" if self.months[0] == 3 else "next quarter's first"
            return f"quarterly: {how} day {self.day} of the {which} month"
        return f"yearly: {how} {self.day}/{self.months[0]}"

    def after(self, day: date) -> Period:
        """The first period named for a later day."""
        return next(period for period in self._from(day) if period.named > day)

    def _from(self, day: date) -> Iterator[Period]:
        for count in range(26):
            year, month = day.year + (day.month - 1 + count) // 12, (day.month - 1 + count) % 12 + 1
            if month in self.months:
                named = date(year, month, min(self.day, monthrange(year, month)[1]))
                last = named - timedelta(days=self.before)
                start, end = self._data(last)
                yield Period(self.kind, start, end, named, last)

    def _data(self, last: date) -> tuple[date, date]:
        """The newest window that is over on the last day on time, or soon will be where it is longer than a month."""
        latest = last if self.kind == Kind.MONTH else last + EARLY
        ends = (self._end(year, month) for year in (last.year - 1, last.year) for month in _ENDS[self.kind])
        end = max(each for each in ends if each <= latest)
        before = end.month - _LONG[self.kind] - (not self.calendar)
        year, month = end.year + before // 12, before % 12 + 1
        return date(year, month, 1) if self.calendar else _day_after_cut(year, month), end

    def _end(self, year: int, month: int) -> date:
        return date(year, month, monthrange(year, month)[1] if self.calendar else CUT)


def _day_after_cut(year: int, month: int) -> date:
    return date(year, month, CUT + 1)


def _yearly(words: str, month: int) -> Kind:
    """«6 tháng» beside a day in December is another report of the same sentence («6 tháng, năm»)."""
    if 6 <= month <= 8 and re.search(r"\b0?6 tháng|sáu tháng", words):
        return Kind.HALF
    return Kind.NINE if 9 <= month <= 11 and re.search(r"\b0?9 tháng|chín tháng", words) else Kind.YEAR


_HOW = r"(?P<how>before|by|on)"
_MONTHLY = re.compile(rf"monthly: {_HOW} day (?P<day>\d+)")
_QUARTERLY = re.compile(rf"quarterly: {_HOW} day (?P<day>\d+) of the (?:next )?quarter's (?P<which>first|last) month")
_YEARLY = re.compile(rf"yearly: {_HOW} (?:ngày )?(?P<day>\d+)\D+(?P<month>\d+)(?! and)")
