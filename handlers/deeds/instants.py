"""A day as an instant: its middle when only the day is known, its last minute when it is a deadline."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from bot.clocks import VIETNAM, local


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), VIETNAM).astimezone(UTC)


def end_of(day: date) -> datetime:
    """24:00 is stored as 23:59."""
    return datetime.combine(day, time(23, 59), VIETNAM).astimezone(UTC)


def today(now: datetime) -> date:
    """The day it is in Vietnam."""
    return local(now).date()
