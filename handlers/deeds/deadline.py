"""A deadline as the coordinator types it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.clocks import local
from bot.text import fold, one_line
from bot.vi.dating import deadline_words
from db.directives import Task
from handlers.deeds.days import find_day
from handlers.deeds.others import bears

Found = tuple[str, date | None, str | None, str | None]
_OFFICIAL = re.compile(r"(trước|chậm nhất|đến hết|hết) ngày \d{1,2}/\d{1,2}(/\d{4})?")
_BEFORE = re.compile(
    r"^\s*tr(?:ước|uoc)\b|\btr(?:ước|uoc)\s+(?=\d|(?:ngày|ngay|hôm|hom|thứ|thu|chủ|chu|hết|het|cuối|cuoi|mai)\b)",
    re.IGNORECASE,
)
_HOUR = re.compile(r"\b(\d{1,2}) ?(?:h|gio) ?(\d{2})?\b|\b(\d{1,2}):(\d{2})\b")

_NAMED = (
    r"(?:\s+(?:của\s+)?vi[eệ]c\s+(?P<number>\d[\w().]*?)(?=[\s:,]|$)|\s+(?P<bare>\d[\w().]*?)(?=[\s:,]+\S))?"
    r"(?:(?:\s*,)?\s+(?:c[oô]ng v[aă]n|cv)(?:\s+s[oố])?\s+(?P<paper>\d+)(?:/[\w-]+)?)?"
)
_TYPED = re.compile(
    rf"\b(?:h[aạ]n|ch[ií]nh(?!.*\bh[aạ]n\b))\b{_NAMED}"
    r"(?:\s*[:,]\s*|\s+(?:là|la|thành|thanh|sang)\b|(?=\s|$))\s*(?P<day>.*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Typed:
    """`hạn việc 1 công văn 31: trước ngày 24/5`: the numbers, where any were typed, and the words of the day."""

    number: str | None = None
    paper: str | None = None
    day: str = ""

    def of(self, tasks: Sequence[Task]) -> list[Task]:
        """Those that bear the numbers."""
        of_paper = [each for each in tasks if self.paper is None or bears(each.directive, self.paper)]
        return [each for each in of_paper if self.number in {None, each.number}]


def typed_deadline(text: str) -> Typed:
    found = _TYPED.search(text)
    return Typed(found["number"] or found["bare"], found["paper"], found["day"]) if found else Typed()


def read_deadline(text: str, now: datetime) -> Found | None:
    """(rule, named date, HH:MM, words) of `trước 16h00 ngày 17/5/2024`, `16/5`, `không`; None if no day is named, or an
    hour there is not."""
    folded = fold(text)
    if folded in {"khong", "khong co", "chua co", "khong han"}:
        return "none", None, None, None
    clock, rest = find_hour(text)
    day = find_day(rest, local(now).date())
    if day is None or (rest != text and clock is None):
        return None
    before, hour = "before" if _BEFORE.search(text) else "by", f"{clock:%H:%M}" if clock else None
    return f"{before}_{'datetime' if clock else 'date'}", day, hour, _words(text, before, day, hour)


def find_hour(text: str) -> tuple[time | None, str]:
    """The hour it names, None if there is no such hour, and the text without those words."""
    found = _HOUR.search(text.casefold().replace("giờ", "gio"))
    return (_clock(found), text.replace(text[found.start() : found.end()], " ")) if found else (None, text)


def _words(text: str, before: str, day: date, clock: str | None) -> str:
    """As typed where it reads like a paper; else what it comes to, for offices hear these words."""
    typed = one_line(text).rstrip(".")
    if _OFFICIAL.fullmatch(typed.casefold()):
        return typed
    return deadline_words(before, day, clock)


def _clock(found: re.Match[str]) -> time | None:
    hour, minute = int(found[1] or found[3]), int(found[2] or found[4] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
