"""From the words of one demand to its deadline: which expression counts, and what it means.

Only words with a trigger count (trước, chậm nhất, hạn, hoàn thành, trong …): the dates of cited documents and the ends
of data periods are never deadlines. The rules follow Bộ luật Dân sự 2015, điều 144-148; a date that is named is an
order and never moved. Nothing is computed from a day the document does not tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from bot.documents import dates
from bot.documents.dates import WEEKDAY, Calendar, Issued
from bot.documents.expressions import (
    AT_ONCE,
    BEFORE,
    BY,
    COUNTED,
    DATA,
    ELSEWHERE,
    ENDING_EVENT,
    EXISTING,
    FRACTION,
    IN_MONTH,
    IN_QUARTER,
    IN_YEAR,
    MADE,
    ON,
    RANGE,
    RELATIVE,
    ROMAN,
    SENDING,
    WEEK,
    YEARLY,
)
from bot.documents.periods import periods
from bot.documents.reading import Deadline
from bot.documents.recurring import recurring
from bot.documents.tidy import match_form

Found = Iterator[Deadline]


def deadlines(text: str, issued: Issued, calendar: Calendar) -> list[Deadline]:
    """All deadlines written in `text`, the kinds that name a day first. Spans index into `text`."""
    whole = match_form(text)
    form = _hide_periods(text, whole, issued)
    found: list[Deadline] = []
    taken = bytearray(len(text))
    for deadline in _ranges(whole, issued):
        assert deadline.span
        found.append(_worded(deadline, text, calendar))
        taken[slice(*deadline.span)] = b"\1" * (deadline.span[1] - deadline.span[0])
    for rule in (_named, _relative, _in_week, _within_month, _within_quarter, _within_year, *_UNDATED):
        for deadline in rule(form, issued, calendar):
            assert deadline.span
            start, end = deadline.span
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(_worded(deadline, text, calendar))
    return found


def dated(found: list[Deadline]) -> list[Deadline]:
    """Those that name a day or a month: what one demand should have once."""
    return [deadline for deadline in found if deadline.date and not deadline.rule.startswith("relative")]


def deadline_of(text: str, issued: Issued, calendar: Calendar) -> Deadline:
    """The deadline of one demand: rule `none` where it states none."""
    return next(iter(deadlines(text, issued, calendar)), Deadline())


def _hide_periods(text: str, form: str, issued: Issued) -> str:
    """The ends of data periods are not deadlines: blank them, every character keeps its place."""
    for period in periods(text, issued):
        start, end = period.span
        form = form[:start] + "·" * (end - start) + form[end:]
    return form


def _before(form: str, found: re.Match[str]) -> str:
    """The words in front of an expression, as far as they can matter."""
    return form[max(0, found.start() - 200) : found.start()]


def _worded(deadline: Deadline, text: str, calendar: Calendar) -> Deadline:
    assert deadline.span
    words = " ".join(text[slice(*deadline.span)].split())
    workday = None
    if deadline.effective:
        workday = dates.last_working_day(date.fromisoformat(deadline.effective), calendar).isoformat()
    return replace(deadline, expression=words, last_workday=workday)


def _due(found: re.Match[str], rule: str, day: date | None, last: date | None, time: str | None = None) -> Deadline:
    named, effective = day.isoformat() if day else None, last.isoformat() if last else None
    return Deadline(rule, None, named, time, effective, span=found.span())


def _named(form: str, issued: Issued, calendar: Calendar) -> Found:
    seen = [(found.start(), rule, found) for rule, pattern in _NAMED for found in pattern.finditer(form)]
    before: date | None = None
    for _, rule, found in sorted(seen, key=lambda each: (each[0], -each[2].end())):
        day = before if found["same"] else dates.read_date(found["date"], issued)
        if day is None or _is_reference(form, rule, found) or (_past(day, issued) and not _glossed(found)):
            continue
        before = day
        time = dates.read_time(found["time"]) if found["time"] else None
        strict = rule == "before" and not time
        kind = "date_range" if rule == "on" and found["many"] else f"{rule}_{'datetime' if time else 'date'}"
        yield _due(found, kind, day, day - timedelta(strict), time)


def _is_reference(form: str, rule: str, found: re.Match[str]) -> bool:
    """The date of something that exists, or the end of the data: no deadline."""
    before = _before(form, found)
    yearless = len(re.findall(r"\d+", found["date"] or "")) == 2
    if yearless and not re.search("ngày|tháng", found[0]) and not FRACTION.match(form, found.end()):
        return True
    if yearless and YEARLY.search(before):
        return True
    existing = EXISTING.search(before) and not MADE.search(before)
    return bool(existing or (rule == "by" and found["bare"] and COUNTED.search(before)))


def _glossed(found: re.Match[str]) -> bool:
    """A day that is named with its weekday is meant: if it has passed the year is a slip, and that is said."""
    return bool(re.search(WEEKDAY, found[0]))


_NAMED = (("before", BEFORE), ("by", BY), ("on", ON))


def _ranges(form: str, issued: Issued) -> Found:
    for found in RANGE.finditer(form):
        day = dates.read_date(found["date"], issued)
        if day and not _past(day, issued):
            yield _due(found, "range", day, day)


def _in_week(form: str, issued: Issued, calendar: Calendar) -> Found:
    """`trong tuần này` ends on Sunday; `trước thứ Sáu` is the next such day after the day of issue."""
    for found in WEEK.finditer(form):
        if issued.day is None:
            continue
        later = 7 * ((found["this"] or found["next"] or "này").split()[-1] != "này")
        if found["this"]:
            day = issued.day + timedelta(6 - issued.day.weekday() + later)
            yield _due(found, "by_date", day, day)
            continue
        ahead = (dates.weekday(found["weekday"]) - issued.day.weekday() - 1) % 7 + 1
        if later:
            ahead = 7 - issued.day.weekday() + dates.weekday(found["weekday"])
        day = issued.day + timedelta(ahead)
        yield _due(found, "before_date", day, day - timedelta(1))


def _relative(form: str, issued: Issued, calendar: Calendar) -> Found:
    for found in RELATIVE.finditer(form):
        unit, count = " ".join(found["unit"].split()), int(found["count"])
        day = issued.day if _ISSUING.search(found["event"]) else None
        if unit == "giờ":
            yield Deadline("event_based", span=found.span())
            continue
        due = _COUNT[unit](day, count, calendar) if day else None
        yield _due(found, _RELATIVE_RULE[unit], due, due)


_ISSUING = re.compile(r"ngày\s+(?:ban\s+hành|ký|phát\s+hành)")
_RELATIVE_RULE = {
    "ngày làm việc": "relative_working_days",
    "ngày": "relative_days",
    "tuần": "relative_days",
    "tháng": "relative_months",
    "năm": "relative_months",
}
_COUNT: dict[str, Callable[[date, int, Calendar], date]] = {
    "ngày làm việc": dates.add_working_days,
    "ngày": lambda day, count, calendar: dates.next_working_day(day + timedelta(count), calendar),
    "tuần": lambda day, count, calendar: dates.next_working_day(day + timedelta(7 * count), calendar),
    "tháng": lambda day, count, calendar: dates.next_working_day(dates.add_months(day, count), calendar),
    "năm": lambda day, count, calendar: dates.next_working_day(dates.add_months(day, 12 * count), calendar),
}


def _within_month(form: str, issued: Issued, calendar: Calendar) -> Found:
    for found in IN_MONTH.finditer(form):
        month = int(found["month"])
        year = _year(found["year"] or found["year2"], month, issued)
        if year is None or DATA.search(_before(form, found)) or _past(dates.month_end(year, month), issued):
            continue
        yield _part_of_month(found, year, month)


def _part_of_month(found: re.Match[str], year: int, month: int) -> Deadline:
    """Đầu tháng is its first day, giữa tháng the 15th, cuối tháng the last (điều 146)."""
    part, end = found["part"], dates.month_end(year, month)
    if part == "trước":
        return _due(found, "before_date", date(year, month, 1), date(year, month, 1) - timedelta(1))
    day = {"đầu": date(year, month, 1), "giữa": date(year, month, 15)}.get(part, end)
    return _due(found, "within_month", day, day)


def _year(written: str | None, month: int, issued: Issued) -> int | None:
    if written or issued.year is None:
        return int(written) if written else None
    return issued.year + bool(issued.day and month < issued.day.month)


def _past(day: date, issued: Issued) -> bool:
    return bool(issued.day and day < issued.day)


def _within_quarter(form: str, issued: Issued, calendar: Calendar) -> Found:
    for found in IN_QUARTER.finditer(form):
        last = found["last"] or found["first"]
        month = 12 if found["to_end"] else 3 * (ROMAN.get(last) or int(last))
        year = _year(found["year"], month, issued)
        if year and not DATA.search(_before(form, found)) and not _past(dates.month_end(year, month), issued):
            end = dates.month_end(year, month)
            yield _due(found, "from_quarter" if found["to_end"] else "within_quarter", end, end)


def _within_year(form: str, issued: Issued, calendar: Calendar) -> Found:
    for found in IN_YEAR.finditer(form):
        end = date(int(found["year"]), 12, 31)
        if not _past(end, issued):
            yield _due(found, "within_year", end, end)


def _recurring(form: str, issued: Issued, calendar: Calendar) -> Found:
    for span, recurrence in recurring(form):
        yield Deadline("periodic", recurrence=recurrence, span=span)


def _elsewhere(form: str, issued: Issued, calendar: Calendar) -> Found:
    for found in ELSEWHERE.finditer(form):
        if "quy" in found[0] and not SENDING.search(_before(form, found)):
            continue
        yield Deadline("external_ref", span=found.span())


def _at_once(form: str, issued: Issued, calendar: Calendar) -> Found:
    for found in AT_ONCE.finditer(form):
        yield Deadline("immediate", span=found.span("words" if found["words"] else "words2"))


def _at_event(form: str, issued: Issued, calendar: Calendar) -> Found:
    for found in ENDING_EVENT.finditer(form):
        name = next(name for name in ("words", "words2", "words3") if found[name])
        yield Deadline("event_based", span=found.span(name))


_UNDATED = (_recurring, _elsewhere, _at_event, _at_once)
