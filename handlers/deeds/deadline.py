"""A deadline as the coordinator types it."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from bot.clocks import local
from bot.text import fold, one_line
from bot.vi.dating import deadline_words
from handlers.deeds.days import find_day

Found = tuple[str, date | None, str | None, str | None]
_OFFICIAL = re.compile(r"(trước|chậm nhất|đến hết|hết) ngày \d{1,2}/\d{1,2}(/\d{4})?")
_HOUR = re.compile(r"\b(\d{1,2}) ?(?:h|gio) ?(\d{2})?\b|\b(\d{1,2}):(\d{2})\b")


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
    before, hour = "before" if folded.startswith("truoc") else "by", f"{clock:%H:%M}" if clock else None
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
