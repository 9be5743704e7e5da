"""A request for more time in a person's own words: until when, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.text import fold, one_line
from handlers import intent
from handlers.deeds.days import find_day
from scheduler.workdays import Workdays

CARRIED = 180
"""Characters of a reason kept until the day is named too."""
_ASKING = re.compile(
    r"(?:gia|lùi|lui)\s+(?:hạn|han)\b|\b(?:khất|khat)\b|(?:xin)\s+(?:thêm|them)\s+\d+\s+(?:ngày|ngay|tuần|tuan)\b|(?:thêm|them)\s+(?:thời|thoi)\s+gian\b",
    re.IGNORECASE,
)
DAY = re.compile(
    r"(?:(?:đến|den|tới|toi|sang|hết|het|ngày|ngay|cuối|cuoi)\s+)*"
    r"(?:(?:thứ|thu)\s+\w+(?:\s+(?:ngày|ngay))?\s+)?"
    r"(?:\d{1,2}\s*[/.\-]\s*\d{1,2}(?:\s*[/.\-]\s*\d{2,4})?|(?:thứ|thu)\s+\w+(?:\s+(?:tuần|tuan)\s+\w+)?"
    r"|(?:chủ|chu)\s+(?:nhật|nhat)|(?:tháng|thang)(?:\s+\d{1,2})?|mai|mốt)(?!\w)",
    re.IGNORECASE,
)
UNTIL = re.compile(r"\b(?:đến|den|tới|toi|sang|hết|het)\b", re.IGNORECASE)
_SO_MUCH = (
    r"(?P<count>\d{1,2}|một|mot|hai|ba|bốn|bon|năm|nam|sáu|sau|bảy|bay|mười|muoi)\s+"
    r"(?P<unit>ngày|ngay|hôm|hom|bữa|bua|tuần|tuan)(?!\w|\s*\d|\s+qua)"
    r"(?P<working>\s+(?:làm|lam)(?:\s+(?:việc|viec))?(?!\w))?(?:\s+(?:nữa|nua)(?!\w))?"
)
_MORE = re.compile(rf"(?:\b(?:thêm|them)\s+|(?<=hạn )|(?<=han )|^\s*){_SO_MUCH}", re.IGNORECASE)
_NUMBERED = "".join(
    f"(?<!{word} )" for word in ("việc", "viec", "vụ", "vu", "văn", "van", "báo", "bao", "cv", "số", "so")
)
_BARE = re.compile(rf"\b{_NUMBERED}{_SO_MUCH}", re.IGNORECASE)
_COUNTS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "muoi": 10}
_BECAUSE = re.compile(r"(?:\bvì\b|(?<!đơn )(?<!don )\bvi\b|\bdo\b|\b(?:lý|ly)\s+do\b)(?:\s+là\b)?[\s:]*", re.IGNORECASE)
_NAMED_WITH = re.compile(rf"[\s,(]*(?:(?:tức|tuc|là|la)\s+)*(?={UNTIL.pattern}){DAY.pattern}", re.IGNORECASE)
_FILLING = re.compile(
    r"a|em|anh|chi|toi|minh|dong|phong|don|vi|ben|co|quan|xin|de|nghi|cho|duoc|khong|nhe|voi|them|nua|cua|viec|la|den|"
    r"ngay|het|sang|kinh|mong|gia|han|lui|khat|thoi|gian|va|nay|\d+"
)
"""Courtesy, asking and numbers of tasks."""


def day_asked(text: str, today: date) -> date | None:
    """The day asked for: behind the asking the first «đến …» or whatever day stands there, never one of the reason;
    else any."""
    asking = _ASKING.search(text)
    behind = _BECAUSE.split(text[asking.end() :], maxsplit=1)[0] if asking else text
    until = UNTIL.search(behind)
    if until and DAY.match(behind, until.start()) and (found := find_day(behind[until.start() :], today)):
        return found
    only_reason = asking and _BECAUSE.search(text, asking.end())
    return find_day(behind, today) or (None if only_reason else find_day(text, today))


@dataclass(frozen=True)
class More:
    """So many days, or working days, after a deadline."""

    days: int
    working: bool

    def after(self, due: date, calendar: Workdays) -> date:
        """A last day that is a day off is moved to the working day after it."""
        if not self.working:
            return calendar.next_working(due + timedelta(days=self.days))
        for _ in range(self.days):
            due = calendar.next_working(due + timedelta(days=1))
        return due


def more_asked(text: str) -> More | None:
    """So much more than the deadline gives: `thêm 3 ngày làm việc`; None where a day is named."""
    said = more_said(because(text)[0])
    if said is None or said[1]:
        return None
    count, weeks = fold(said[0]["count"]), fold(said[0]["unit"]) == "tuan"
    days = int(count) if count.isdecimal() else _COUNTS[count]
    return More(days * 7 if weeks else days, bool(said[0]["working"])) if days else None


def opens_with_more(text: str) -> bool:
    """«thêm 2 hôm» names nobody: it answers until when."""
    return _MORE.match(text.strip()) is not None


def more_said(text: str) -> tuple[re.Match[str], str] | None:
    """Where so much more is asked for, and the day that is named with it: «thêm 3 ngày, đến 20/5»."""
    day = DAY.search(text)
    found = _MORE.search(text) or _BARE.search(text)
    if found is None or (day is not None and day.start() < found.start()):
        return None
    named = _NAMED_WITH.match(text, found.end())
    return found, named[0] if named else ""


def reason_in(text: str) -> str:
    """Why, as the person put it: what follows «vì», else what follows the day; where neither holds it all, the whole
    request as it was given. Empty for a request without one."""
    if (because := _BECAUSE.search(text)) and (found := _trim(text[because.end() :])):
        return found
    more = more_said(text)
    day = more[0] if more else DAY.search(text)
    before, after = (text[: day.start()], text[day.end() :]) if day else (text, "")
    if says_something(before):
        return _trim(text)
    return _trim(after) if says_something(after) else ""


def only_because(text: str) -> str:
    """The reason, where a text gives nothing else: «vì chờ số liệu xã»; empty where it does."""
    before, reason = because(text)
    return "" if says_something(before) else reason


def because(text: str) -> tuple[str, str]:
    """What stands before «vì», and the reason behind it; an empty reason where there is none."""
    before, *why = _BECAUSE.split(text, maxsplit=1)
    return before, _trim(why[0]) if why else ""


def excuses(words: str) -> bool:
    """An absence nobody is named to stand in for: where a reason is asked for it is one."""
    return intent(words) == "thay" and "thay" not in fold(words).split()


def says_something(words: str) -> bool:
    return not all(_FILLING.fullmatch(word) for word in fold(words).split())


def _trim(text: str) -> str:
    return one_line(text).strip(" ,;.:–-")
