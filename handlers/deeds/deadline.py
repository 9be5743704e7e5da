"""A deadline as the coordinator types it."""

from __future__ import annotations

from datetime import date, datetime

from bot.clocks import local
from bot.text import fold
from handlers.deeds.days import find_day

Found = tuple[str, date | None, str | None, str | None]


def read_deadline(text: str, now: datetime) -> Found | None:
    """(rule, named date, HH:MM, words) of `trước ngày 17/5/2024`, `16/5`, `không`; None if no day is named."""
    folded = fold(text)
    if folded in {"khong", "khong co", "chua co", "khong han"}:
        return "none", None, None, None
    day = find_day(text, local(now).date())
    if day is None:
        return None
    rule = "before_date" if folded.startswith("truoc ngay") else "by_date"
    words = text.strip().rstrip(".")
    return rule, day, None, words if not words[0].isdigit() else f"chậm nhất ngày {words}"
