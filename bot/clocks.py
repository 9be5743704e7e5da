"""Two clocks. Civil time is what people see and may be moved in the sandbox; machine time runs leases and pacing.

Machine time never leaps: it is the moment the machine started, as first believed, and what has passed since. Processes
of one boot agree on that moment through the database (`db.boots`).
"""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PASSED = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # counts a suspended machine's sleep


class Clock(Protocol):
    booted: datetime
    """Where machine time is counted from."""

    def now(self) -> datetime:
        """Civil time, aware, UTC."""
        ...

    def machine(self) -> datetime:
        """Machine time, aware, UTC: never moved, and near the true time unless the clock was wrong at first."""
        ...


def this_boot() -> str:
    """The name of this start of this machine; where there is none, one that nobody shares."""
    return _BOOT.read_text().strip() if _BOOT.exists() else str(uuid.uuid4())


def _passed() -> timedelta:
    return timedelta(seconds=time.clock_gettime(_PASSED))


class SystemClock:
    def __init__(self) -> None:
        self.booted = datetime.now(UTC) - _passed()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def machine(self) -> datetime:
        return self.booted + _passed()


class MovableClock(SystemClock):
    """Civil time held in the hand: stands still, or runs on from where it was put (`running`)."""

    def __init__(self, start: datetime, *, running: bool = False) -> None:
        super().__init__()
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
        super().__init__()
        self._path = path

    def now(self) -> datetime:
        return datetime.fromisoformat(self._path.read_text().strip()).astimezone(UTC)


def local(moment: datetime) -> datetime:
    """The same instant as people in Vietnam read it."""
    return moment.astimezone(VIETNAM)
