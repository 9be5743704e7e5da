"""Deadlines that come back: the cycle in plain English words, as the annotated corpus writes them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator

from bot.documents.dates import DATE, TIME, WEEKDAY, read_time, weekday
from bot.documents.tidy import match_form
from bot.text import fold

_EACH = r"(?:hằng|hàng|hãng|mỗi)"
_COUNT = {"hai": 2, "ba": 3, "sáu": 6, "chín": 9}
_REPORTING = r"(?:báo\s+cáo|sơ\s+kết|tổng\s+kết|tổng\s+hợp|gửi|đánh\s+giá|họp|giao\s+ban)"
_UNITS = {"tuần": "weekly", "tháng": "monthly", "quý": "quarterly", "6 tháng": "6-monthly", "năm": "yearly"}

_DAY_OF_MONTH = re.compile(
    rf"(?:định\s+kỳ\s+)?(?P<rule>trước|chậm\s+nhất(?:\s+là|\s+đến)?|vào)\s+ngày\s+(?P<day>\d{{1,2}})\s+"
    rf"(?P<which>{_EACH}\s+tháng|cùng\s+tháng|tháng\s+trước|của\s+tháng(?!\s+(?:sau|cuối|đầu|\d))|của\s+tháng\s+sau|tháng\s+sau|"
    r"(?:của\s+)?tháng\s+cuối(?:\s+cùng)?\s+(?:của\s+)?(?:mỗi\s+)?quý)"
)
_DAY_AFTER = re.compile(
    rf"{_EACH}\s+tháng\b[^.;]{{0,80}}?(?P<rule>trước|chậm\s+nhất(?:\s+là|\s+đến)?|vào)\s+ngày\s+(?P<day>\d{{1,2}})"
    r"(?!\s*[/.-]\s*\d|\d|\s+tháng)(?P<which>(?:\s+của)?\s+tháng\s+sau)?"
)
_DAY_OF_QUARTER = re.compile(
    r"(?P<rule>trước|chậm\s+nhất(?:\s+là|\s+đến)?|vào)\s+ngày\s+(?P<day>\d{1,2})\s+(?:của\s+)?tháng\s+đầu\s+"
    r"(?:của\s+)?quý(?P<which>\s+(?:sau|tiếp\s+theo|kế\s+tiếp))?"
)
_DAY_OF_WEEK = re.compile(
    rf"(?P<rule>trước|chậm\s+nhất(?:\s+là)?|vào)\s+(?:(?P<time>{TIME})\s+)?(?:ngày\s+)?(?P<weekday>{WEEKDAY})\s+{_EACH}\s+tuần"
    rf"|{_EACH}\s+tuần\b[^.;]{{0,60}}?(?P<rule2>trước|chậm\s+nhất(?:\s+là)?|vào)\s+(?:{TIME}\s+)?(?:ngày\s+)?(?P<weekday2>{WEEKDAY})"
)
_TIME_OF_DAY = re.compile(
    rf"{_EACH}\s+ngày\b[^.;]{{0,60}}?(?:trước|chậm\s+nhất(?:\s+là)?|vào|lúc)\s+(?P<time>{TIME})"
    rf"|(?:trước|chậm\s+nhất(?:\s+là)?|vào|lúc)\s+(?P<time2>{TIME})\s+{_EACH}\s+ngày"
)
_DAY_OF_YEAR = re.compile(
    rf"(?P<rule>trước|chậm\s+nhất(?:\s+là)?)\s+ngày\s+(?P<date>{DATE})"
    rf"(?P<more>(?:\s*(?:,|và)\s*(?:trước\s+)?(?:ngày\s+)?{DATE})*)\s+"
    rf"(?P<which>của\s+năm\s+sau(?:\s+liền\s+kề)?|năm\s+sau|{_EACH}\s+năm)"
)
_YEAR_FIRST = re.compile(
    rf"{_EACH}\s+năm\b[^.;]{{0,80}}?(?P<rule>trước|chậm\s+nhất(?:\s+là)?)\s+ngày\s+(?P<date>\d{{1,2}}\s*/\s*\d{{1,2}})"
    rf"(?P<more>(?:\s*(?:,|và)\s*(?:trước\s+)?(?:ngày\s+)?{DATE})*)(?P<which>(?:\s+của)?\s+năm\s+sau)?(?![\d/])"
)
_MONTHS_A_TIME = re.compile(
    r"định\s+kỳ\s+(?:\(?(?P<least>ít\s+nhất)\s+)?(?P<count>\d{1,2}|hai|ba|sáu|chín)\s+tháng(?:\s*(?:/\s*lần|một\s+lần))?\)?"
)
_CYCLES = re.compile(
    rf"(?:định\s+kỳ\s+)?{_EACH}\s+(?P<units>(?:tuần|tháng|quý|6\s+tháng|năm)"
    r"(?:(?:\s*,\s*|\s+và\s+)(?:tuần|tháng|quý|6\s+tháng|năm))*)"
)
_HALF_AND_END = re.compile(r"6\s+tháng\s+(?:đầu\s+năm\s+)?và\s+cuối\s+năm")
_NO_CYCLE = re.compile(rf"(?:theo\s+)?định\s+kỳ(?=[\s./,;]*$)|định\s+kỳ(?=\s+[^,.;]{{0,25}}?{_REPORTING})")
_OFTEN = re.compile(rf"thường\s+xuyên(?=\s+{_REPORTING})")
_NOT_OURS = re.compile(r"chế\s+độ[^.;]{0,40}$|kế\s+hoạch[^.;]{0,40}$")

Cycle = tuple[tuple[int, int], str | None]


def recurring(form: str) -> Iterator[Cycle]:
    """Span and cycle of each recurring deadline; the cycle is `unspecified` where only «định kỳ» is said."""
    yield from ((found.span(), _of_month(found)) for found in _DAY_OF_MONTH.finditer(form))
    yield from ((found.span(), _of_month(found)) for found in _DAY_AFTER.finditer(form))
    yield from ((found.span(), _of_quarter(found)) for found in _DAY_OF_QUARTER.finditer(form))
    yield from ((found.span(), _of_week(found)) for found in _DAY_OF_WEEK.finditer(form))
    yield from ((found.span(), _of_day(found)) for found in _TIME_OF_DAY.finditer(form))
    yield from ((found.span(), _of_year(found)) for found in _DAY_OF_YEAR.finditer(form))
    yield from ((found.span(), _of_year(found)) for found in _YEAR_FIRST.finditer(form))
    yield from ((found.span(), _every_months(found)) for found in _MONTHS_A_TIME.finditer(form))
    yield from ((found.span(), "mid-year and year-end") for found in _HALF_AND_END.finditer(form) if _reports(found))
    yield from ((found.span(), _units(found)) for found in _CYCLES.finditer(form) if _reports(found))
    yield from ((found.span(), "unspecified") for found in _NO_CYCLE.finditer(form) if not _of_others(found))
    yield from ((found.span(), None) for found in _OFTEN.finditer(form))


def recurring_rules(typed: str) -> list[tuple[str, str]]:
    """Words and cycle of each rule that somebody typed, marks or not."""
    text = re.sub(r"[^\W\d_]+", lambda word: _MARKED.get(word[0], word[0]), " ".join(typed.casefold().split()))
    for pattern, said in _SHORTENED:
        text = pattern.sub(said, text)
    form, part = match_form(text), _PART_OF_YEAR.search(text)
    found = [(form[slice(*span)], cycle) for span, cycle in recurring(form) if cycle]
    return [(f"báo cáo {part[0]}, {words}" if part and "yearly" in cycle else words, cycle) for words, cycle in found]


_PART_OF_YEAR = re.compile(r"\b0?[69] tháng|\b(?:sáu|chín) tháng")
_SHORTENED = (
    (re.compile(r"\b(trước|chậm nhất(?: là| đến)?|vào) (?=\d)"), r"\1 ngày "),
    (re.compile(r"(?<!trước )(?<!nhất )(?<!là )(?<!đến )(?<!vào )\bngày (?=\d)"), "chậm nhất ngày "),
)
"""What people leave out on a phone: «trước 25 hằng tháng», «ngày 25 hằng tháng»."""
_MARKED = {
    fold(word): word
    for word in (
        "trước chậm nhất là đến vào ngày hằng mỗi tháng quý năm cuối đầu sau của cùng báo cáo sáu chín".split()  # noqa: SIM905
    )
}


def _of_month(found: re.Match[str]) -> str:
    rule = _rule(found["rule"])
    which = " ".join((found["which"] or "").split())
    if "quý" in which:
        return f"quarterly: {rule}day {int(found['day'])} of the quarter's last month"
    month = {"cùng tháng": " of the same month", "tháng trước": " of the previous month"}.get(which, "")
    return f"monthly: {rule}day {int(found['day'])}{' of the following month' if 'sau' in which else month}"


def _rule(words: str) -> str:
    return {"trước": "before ", "vào": "on "}.get(words, "by ")


def _of_quarter(found: re.Match[str]) -> str:
    following = "next " if found["which"] else ""
    return f"quarterly: {_rule(found['rule'])}day {int(found['day'])} of the {following}quarter's first month"


def _of_week(found: re.Match[str]) -> str:
    named = weekday(found["weekday"] or found["weekday2"])
    return f"weekly: {_rule(found['rule'] or found['rule2'])}{_ENGLISH[named]}"


def _of_day(found: re.Match[str]) -> str:
    return f"daily: by {read_time(found['time'] or found['time2'])}"


_ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _of_year(found: re.Match[str]) -> str:
    following = " of the following year" if "sau" in (found["which"] or "") else ""
    days = " and ".join([found["date"], *re.findall(DATE, found["more"])])
    return f"yearly: {_rule(found['rule'])}{days}{following}"


def _every_months(found: re.Match[str]) -> str:
    count = _COUNT.get(found["count"]) or int(found["count"])
    if found["least"]:
        return f"at least every {count} months"
    return "6-monthly" if count == 6 and "lần" not in found[0] else f"every {count} months"


def _units(found: re.Match[str]) -> str:
    units = [" ".join(unit.split()) for unit in re.split(r",|\bvà\b", found["units"])]
    return "+".join(_UNITS[unit] for unit in units) + ", days unspecified"


def _reports(found: re.Match[str]) -> bool:
    """Only a cycle of reporting is a deadline; «kế hoạch hàng năm» is a name."""
    start, end = max(0, found.start() - 60), found.end() + 40
    around = found.string[start : found.start()] + "|" + found.string[found.end() : end]
    return bool(re.search(r"báo\s+cáo|sơ\s+kết|tổng\s+kết", around)) and not _of_others(found)


def _of_others(found: re.Match[str]) -> bool:
    return bool(_NOT_OURS.search(found.string[max(0, found.start() - 80) : found.start()]))


def rrule(recurrence: str | None) -> str | None:
    """The last days strictly on time as an RRULE (RFC 5545); None where the words name no day.

    `monthly: before day 20` is the 19th of each month; day 30 of a short month is its last day.
    """
    for pattern, rule in _RRULES:
        if found := pattern.fullmatch(recurrence or ""):
            return rule(found)
    return None


def _last(found: re.Match[str]) -> int:
    return int(found["day"]) - (found["how"] == "before")


def _by_day(day: int) -> str:
    """A day that not every month has is its last one before; day 0 is the last of the month before."""
    if day == 0:
        return "BYMONTHDAY=-1"
    return f"BYMONTHDAY={day}" if day <= 28 else f"BYMONTHDAY={','.join(map(str, range(28, day + 1)))};BYSETPOS=-1"


def _quarter_months(found: re.Match[str]) -> str:
    first = "first" in found["which"]
    months: tuple[int, ...] = (1, 4, 7, 10) if first else (3, 6, 9, 12)
    if _last(found) == 0:
        months = tuple((month - 2) % 12 + 1 for month in months)
    return ",".join(map(str, sorted(months)))


def _weekly(found: re.Match[str]) -> str:
    place = _ENGLISH.index(found["weekday"]) - (found["how"] == "before")
    return f"FREQ=WEEKLY;BYDAY={_ENGLISH[place % 7][:2].upper()}"


def _yearly(found: re.Match[str]) -> str:
    day, month = int(found["day"]) - (found["how"] == "before"), int(found["month"])
    if day == 0:
        month = month - 1 or 12
        day = monthrange(2023, month)[1]
    return f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={day}"


_HOW = r"(?P<how>before|by|on)"
_RRULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(rf"monthly: {_HOW} day (?P<day>\d+).*"), lambda found: f"FREQ=MONTHLY;{_by_day(_last(found))}"),
    (
        re.compile(rf"quarterly: {_HOW} day (?P<day>\d+) of the (?:next )?quarter's (?P<which>first|last) month"),
        lambda found: f"FREQ=MONTHLY;BYMONTH={_quarter_months(found)};{_by_day(_last(found))}",
    ),
    (re.compile(rf"weekly: {_HOW} (?P<weekday>\w+)"), _weekly),
    (re.compile(rf"yearly: {_HOW} (?P<day>\d+)\D+(?P<month>\d+)(?! and).*"), _yearly),
    (re.compile(r"daily: .*"), lambda found: "FREQ=DAILY"),
)
