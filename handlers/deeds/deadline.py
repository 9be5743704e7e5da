"""A deadline as the coordinator types it."""

from __future__ import annotations

import re
from datetime import date, datetime

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
    hour = _HOUR.search(text.casefold().replace("giờ", "gio"))
    clock = _clock(hour) if hour else None
    day = find_day(text.replace(text[hour.start() : hour.end()], " ") if hour else text, local(now).date())
    if day is None or (hour and clock is None):
        return None
    before = "before" if folded.startswith("truoc") else "by"
    return f"{before}_{'datetime' if clock else 'date'}", day, clock, _words(text, before, day, clock)


def _words(text: str, before: str, day: date, clock: str | None) -> str:
    """As typed where it reads like a paper; else what it comes to, for offices hear these words."""
    typed = one_line(text).rstrip(".")
    if _OFFICIAL.fullmatch(typed.casefold()):
        return typed
    return deadline_words(before, day, clock)


def _clock(found: re.Match[str]) -> str | None:
    hour, minute = int(found[1] or found[3]), int(found[2] or found[4] or 0)
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None
