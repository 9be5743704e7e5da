"""Two clocks. Civil time is what people see and may be moved in the sandbox; machine time runs leases and pacing."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Clock(Protocol):
    def now(self) -> datetime:
        """Civil time, aware, UTC."""
        ...

    def machine(self) -> datetime:
        """Machine time, aware, UTC: never moved."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def machine(self) -> datetime:
        return datetime.now(UTC)


class MovableClock(SystemClock):
    """Civil time held in the hand: stands still, or runs on from where it was put (`running`)."""

    def __init__(self, start: datetime, *, running: bool = False) -> None:
        self._running = running
        self.move_to(start)

    def move_to(self, moment: datetime) -> None:
        self._base, self._set_at = moment.astimezone(UTC), time.monotonic()

    def now(self) -> datetime:
        elapsed = time.monotonic() - self._set_at if self._running else 0.0
        return self._base + timedelta(seconds=elapsed)


class FileClock(SystemClock):
    """Civil time read from a file (ISO 8601), so that a child process shares its parent's; sandbox only."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        return datetime.fromisoformat(self._path.read_text().strip()).astimezone(UTC)


def local(moment: datetime) -> datetime:
    """The same instant as people in Vietnam read it."""
    return moment.astimezone(VIETNAM)
