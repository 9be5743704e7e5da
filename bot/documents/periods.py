"""Reporting periods: from when to when the reported data runs (both ends inclusive)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.documents.dates import DATE, Issued, make_date, month_end, read_date
from bot.documents.reading import Period
from bot.documents.tidy import match_form

_TO = r"(?:đến|tới|-|–)\s*(?:hết\s+)?"
_RANGE = re.compile(rf"(?:từ\s+)?(?:ngày\s+)?(?P<start>{DATE})\s*,?\s*{_TO}(?:ngày\s+)?(?P<end>{DATE})")
_YEAR_TO = re.compile(rf"từ\s+đầu\s+năm(?:\s+(?P<year>\d{{4}}))?\s+{_TO}(?:ngày\s+)?(?P<end>{DATE})")
_MONTHS = re.compile(
    rf"từ\s+tháng\s+(?P<one>\d{{1,2}})(?:/(?P<year>\d{{4}}))?\s+{_TO}(?:tháng\s+)?(?P<two>\d{{1,2}})/(?P<end>\d{{4}})"
)
_WHOLE_YEAR = re.compile(
    r"kết quả[^.;:]{0,40}?(?P<words>trong\s+năm\s+(?P<year>\d{4}))(?!\s*[-–])|"
    r"^(?P<kind>báo cáo[^.;:]{0,60}?)(?P<words2>năm\s+(?P<year2>\d{4}))(?!\s*[-–])"
)


def periods(text: str, issued: Issued) -> list[Period]:
    """Every explicit range of dates, in order: `từ ngày … đến ngày …`, `từ đầu năm đến ngày …`, `từ tháng … đến …`."""
    form = match_form(text)
    found = [*_ranges(text, form, issued), *_from_new_year(text, form, issued), *_month_ranges(text, form)]
    return sorted(found, key=lambda period: period.span)


def whole_year(text: str) -> Period | None:
    """`kết quả … trong năm 2012`: the calendar year, where no range is written."""
    found = _WHOLE_YEAR.search(match_form(text))
    if not found:
        return None
    name = "words" if found["words"] else "words2"
    year = int(found["year"] or found["year2"])
    return _period(text, found.span(name), date(year, 1, 1), date(year, 12, 31))


def _ranges(text: str, form: str, issued: Issued) -> Iterator[Period]:
    for found in _RANGE.finditer(form):
        end = read_date(found["end"], issued)
        start = _start(found["start"], end)
        if start and end and start <= end:
            yield _period(text, found.span(), start, end)


def _start(words: str, end: date | None) -> date | None:
    """A start without a year takes the year of the end, or the year before."""
    start = read_date(words, Issued(end.year if end else None))
    if start and end and start > end and len(re.findall(r"\d+", words)) == 2:
        return make_date(end.year - 1, start.month, start.day)
    return start


def _from_new_year(text: str, form: str, issued: Issued) -> Iterator[Period]:
    for found in _YEAR_TO.finditer(form):
        year = int(found["year"]) if found["year"] else None
        end = read_date(found["end"], Issued(year or issued.year))
        if end:
            yield _period(text, found.span(), date(year or end.year, 1, 1), end)


def _month_ranges(text: str, form: str) -> Iterator[Period]:
    for found in _MONTHS.finditer(form):
        last, one, two = int(found["end"]), int(found["one"]), int(found["two"])
        first = int(found["year"]) if found["year"] else last - (one > two)
        if 1 <= one <= 12 and 1 <= two <= 12:
            yield _period(text, found.span(), date(first, one, 1), month_end(last, two))


def _period(text: str, span: tuple[int, int], start: date, end: date) -> Period:
    return Period(start.isoformat(), end.isoformat(), " ".join(text[slice(*span)].split()), span)
