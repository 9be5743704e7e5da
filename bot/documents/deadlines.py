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
from bot.documents.dates import DATE, GLOSS, TIME, WEEKDAY, Calendar, Issued
from bot.documents.periods import periods
from bot.documents.reading import Deadline
from bot.documents.recurring import recurring
from bot.documents.tidy import match_form

WEEKDAY_NAMED = rf"(?P<weekday>{WEEKDAY})"
_DONE = r"(?:(?:thời\s+gian\s+)?hoàn\s+thành:?\s+(?:(?:và\s+)?(?:xong|vào|là)\s+)?)?"
_AT = (
    rf"(?:lúc\s+)?(?:(?P<time>{TIME})\s*,?\s*(?:của\s+)?)?(?:(?:sáng|chiều)\s+)?"
    rf"(?:(?:vào\s+)?{WEEKDAY}\s*,?\s*\(?)?(?:(?:vào\s+)?ngày\s+)?"
)
_DAY = rf"(?:(?P<many>\d{{1,2}}(?:\s*(?:,|và|-)\s*\d{{1,2}})*\s*(?:,|và|-)\s*)?(?P<date>{DATE})|(?P<same>cùng\s+ngày)){GLOSS}*"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "hi": 3, "ih": 3, "hii": 3, "tv": 4, "1v": 4, "lv": 4, "l": 1, "ll": 2, "lll": 3}
_LEAST = (
    r"(?:(?:chậm|muộn|trễ)\s+nhất|hạn\s+cuối(?:\s+cùng)?|hạn\s+chót|(?<!có )thời\s+hạn|(?<!không )không\s+"
    r"(?:quá|(?:muộn|chậm|trễ)\s+(?:hơn|quá)|sau)|(?<!gia )(?<!quá )(?<!thời )(?<!kỳ )hạn)"
)
_WHAT = r"(?:\s+(?:gửi|nộp|trình|báo\s+cáo|hoàn\s+thành|đăng\s+ký|góp\s+ý|nhận|trả\s+lời|phản\s+hồi)[^,.;:]{0,40}?)?"

_BEFORE = re.compile(
    rf"{_DONE}(?:{_LEAST}{_WHAT}\s*:?\s+(?:là\s+)?)?trước\s+{_AT}{_DAY}"
    r"(?!\s*(?:của\s+năm|hằng\s+năm|hàng\s+năm|năm\s+sau))"
)
_BY = re.compile(
    rf"{_DONE}(?:{_LEAST}{_WHAT}\s*:?(?:\s+(?:là|vào|đến|tới|trong))*(?:\s+hết)?|(?P<bare>(?:đến\s+)?hết))\s+{_AT}{_DAY}"
)
_ON = re.compile(
    rf"(?:(?:thời\s+gian\s+)?hoàn\s+thành(?:\s+(?:trong|vào|đến|xong))*\s*:?|gửi\s+(?:báo\s+cáo\s+)?vào"
    rf"|thời\s+(?:gian|điểm)\s+(?:gửi|nộp|nhận|báo\s+cáo|thực\s+hiện){_WHAT}\s*(?::|là|vào|đến|trong)(?:\s+(?:là|vào|đến))?"
    rf"|(?:gửi|nộp|báo\s+cáo|xong|hoàn\s+thành)\s+(?:ngay\s+)?trong)\s+{_AT}{_DAY}"
)
_WEEK = re.compile(
    rf"(?:trước\s+(?:{WEEKDAY_NAMED})(?!\s*,?\s*\(?(?:ngày|{DATE}))(?P<next>\s+tuần\s+(?:sau|tới))?"
    r"|trong\s+tuần\s+(?P<this>này|sau|tới))"
)
_IN_MONTH = re.compile(
    rf"{_DONE}(?:(?:{_LEAST}\s+(?:là\s+)?(?:trong\s+)?)?(?P<part>trong|trước|đến\s+hết|hết|cuối|đầu|giữa|(?<=hoàn thành )|(?<=thời gian: ))\s*)"
    r"tháng\s+(?:(?:1[0-2]|0?[1-9])\s*(?:,|và|-)\s*(?:tháng\s+)?)*(?P<month>1[0-2]|0?[1-9])(?!\s*năm\s+trước)(?:\s*/\s*(?P<year>\d{4})|\s+năm\s+(?P<year2>\d{4}))?(?![\d/])"
)
_QUARTER = r"(?:iv|tv|1v|lv|i{1,3}|hi|ih|hii|l{1,3}|[1-4])"
_IN_QUARTER = re.compile(
    rf"(?:{_DONE}(?:trong|đến\s+hết|hết|cuối|trước\s+hết|từ)\s+|hoàn\s+thành:?\s+|thời\s+gian:?\s+)(?:các\s+)?quý\s+"
    r"(?P<first>{_Q})(?:\s*(?:,|và|-|đến|đến\s+hết)\s*(?:quý\s+)?(?P<last>{_Q}))*\b"
    r"(?P<to_end>\s+đến\s+(?:hết|cuối)\s+năm)?(?:\s*[/,]?\s*(?:năm\s+)?(?P<year>\d{4}))?".replace("{_Q}", _QUARTER)
)
_IN_YEAR = re.compile(r"(?:hoàn\s+thành\s+(?:trong|trước\s+khi\s+hết|đến\s+hết)\s+năm|thời\s+gian\s+hoàn\s+thành:?\s+(?:trong\s+)?năm)\s+(?P<year>\d{4})")
_RELATIVE = re.compile(
    r"(?:trong|sau|chậm\s+nhất(?:\s+là)?|không\s+quá|tối\s+đa|thời\s+hạn)\s+(?:(?:vòng|thời\s+hạn|thời\s+gian|sau)\s+)?"
    r"(?:(?:không\s+quá|tối\s+đa|chậm\s+nhất)\s+(?:là\s+)?)?(?P<count>\d{1,3})\s*(?:\([^()]{1,15}\)\s*)?"
    r"(?P<unit>ngày\s+làm\s+việc|ngày|tuần|tháng|năm|giờ)\s*,?\s*(?:kể\s+)?(?:từ|sau)\s+(?P<event>[^,.;()]{3,60})"
)
_ELSEWHERE = re.compile(
    r"(?:theo\s+)?đúng\s+(?:thời\s+hạn|thời\s+gian\s+(?:yêu\s+cầu|quy\s+định))|theo\s+đúng\s+quy\s+định(?=[\s./]*$)"
)
_SENDING = re.compile(r"\b(?:báo\s+cáo|gửi|nộp)\b[^.;]*$")
_AT_ONCE = re.compile(
    r"(?:^|:\s)\W*(?P<words>khẩn\s+trương)|(?P<words2>(?:báo\s+cáo|gửi|triển\s+khai|thực\s+hiện)\s+ngay)\b"
)
_DATA = re.compile(r"(?:kết\s+quả|tình\s+hình|số\s+liệu|nhiệm\s+vụ|báo\s+cáo|dự\s+kiến)[^,.;:]{0,40}$")
_EXISTING = re.compile(
    r"(?:ban\s+hành|cấp|phê\s+duyệt|hiệu\s+lực|tiếp\s+nhận|phát\s+sinh|tuyển\s+dụng|bổ\s+nhiệm|sinh|áp\s+dụng)\s+$"
    r"|\bđã\s+[^,.;:]{0,60}$|(?:tồn\s+tại|xây\s+dựng|sử\s+dụng|đăng\s+ký)\s+từ\s+$"
)
_COUNTED = re.compile(
    r"(?:tính|số\s+liệu|lũy\s+kế|luỹ\s+kế|kết\s+quả|tình\s+hình|từ\s+đầu\s+năm|giai\s+đoạn|hiệu\s+lực|áp\s+dụng|gia\s+hạn)[^,.;:]{0,60}$"
)
_ENDING_EVENT = re.compile(
    r"(?:(?:báo\s+cáo|gửi|trình|hoàn\s+thành|tổng\s+hợp)[^.;]{0,80}?\s(?P<words>trước\s+khi\s+[^,.;()]{3,60}))"
    r"|(?P<words2>(?:sau\s+khi\s+|khi\s+)?kết\s+thúc\s+(?:mỗi|từng|các)\s+[^,.;()]{2,40})(?=[^.;]{0,60}báo\s+cáo)"
    r"|(?:báo\s+cáo|gửi)[^.;]{0,60}?\s(?P<words3>(?:ngay\s+)?sau\s+khi\s+(?:kết\s+thúc|hoàn\s+thành)[^,.;()]{2,60})"
)

Found = Iterator[Deadline]


def deadlines(text: str, issued: Issued, calendar: Calendar) -> list[Deadline]:
    """All deadlines written in `text`, the kinds that name a day first. Spans index into `text`."""
    form = _hide_periods(text, match_form(text), issued)
    found: list[Deadline] = []
    for rule in (_named, _relative, _in_week, _within_month, _within_quarter, _within_year, *_UNDATED):
        for deadline in rule(form, issued, calendar):
            if not any(_overlap(deadline, other) for other in found):
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


def _overlap(one: Deadline, two: Deadline) -> bool:
    return bool(one.span and two.span and one.span[0] < two.span[1] and two.span[0] < one.span[1])


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
        yield _due(found, f"{rule}_{'datetime' if time else 'date'}", day, day - timedelta(strict), time)


def _is_reference(form: str, rule: str, found: re.Match[str]) -> bool:
    """The date of something that exists, or the end of the data: no deadline."""
    before = form[max(0, found.start() - 90) : found.start()]
    return bool(_EXISTING.search(before) or (rule == "by" and found["bare"] and _COUNTED.search(before)))


def _glossed(found: re.Match[str]) -> bool:
    """A day that is named with its weekday is meant: if it has passed the year is a slip, and that is said."""
    return bool(re.search(WEEKDAY, found[0]))


_NAMED = (("before", _BEFORE), ("by", _BY), ("on", _ON))


def _in_week(form: str, issued: Issued, calendar: Calendar) -> Found:
    """`trong tuần này` ends on Sunday; `trước thứ Sáu` is the next such day after the day of issue."""
    for found in _WEEK.finditer(form):
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
    for found in _RELATIVE.finditer(form):
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
    for found in _IN_MONTH.finditer(form):
        month = int(found["month"])
        year = _year(found["year"] or found["year2"], month, issued)
        if year is None or _DATA.search(form[: found.start()]) or _past(dates.month_end(year, month), issued):
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
    for found in _IN_QUARTER.finditer(form):
        last = found["last"] or found["first"]
        month = 12 if found["to_end"] else 3 * (_ROMAN.get(last) or int(last))
        year = _year(found["year"], month, issued)
        if year and not _DATA.search(form[: found.start()]) and not _past(dates.month_end(year, month), issued):
            end = dates.month_end(year, month)
            yield _due(found, "from_quarter" if found["to_end"] else "within_quarter", end, end)


def _within_year(form: str, issued: Issued, calendar: Calendar) -> Found:
    for found in _IN_YEAR.finditer(form):
        end = date(int(found["year"]), 12, 31)
        if not _past(end, issued):
            yield _due(found, "within_year", end, end)


def _recurring(form: str, issued: Issued, calendar: Calendar) -> Found:
    for span, recurrence in recurring(form):
        yield Deadline("periodic", recurrence=recurrence, span=span)


def _elsewhere(form: str, issued: Issued, calendar: Calendar) -> Found:
    for found in _ELSEWHERE.finditer(form):
        if "quy" in found[0] and not _SENDING.search(form[: found.start()]):
            continue
        yield Deadline("external_ref", span=found.span())


def _at_once(form: str, issued: Issued, calendar: Calendar) -> Found:
    for found in _AT_ONCE.finditer(form):
        yield Deadline("immediate", span=found.span("words" if found["words"] else "words2"))


def _at_event(form: str, issued: Issued, calendar: Calendar) -> Found:
    for found in _ENDING_EVENT.finditer(form):
        name = next(name for name in ("words", "words2", "words3") if found[name])
        yield Deadline("event_based", span=found.span(name))


_UNDATED = (_recurring, _elsewhere, _at_event, _at_once)
