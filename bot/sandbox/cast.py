"""Who plays in the demo: the people, their offices, and the app each of them has on the phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.clocks import VIETNAM
from bot.documents import Reading
from bot.sandbox.samples import EXAMPLE
from scheduler.workdays import Workdays, at

DEFAULT = EXAMPLE / "cong-van-412.docx"
COORDINATOR, LATE, JOINING = "Hà", "Bình", "Khoa"
NAMES = ("Lan", "Minh", "Tư", "Dũng", "Mai", "Sơn", "Hạnh", "Phúc", "Thảo", "Long", "Nga", "Quý")
CHANNELS: dict[str, Any] = {"channel": "zalo_oa", "others": {LATE: "zalo_bot", NAMES[1]: "telegram"}}
"""For a Stage. The coordinator and the first head need files and buttons; a late one gets by with typed words."""


@dataclass
class Offices:
    """Who collects, and who owes the first dated task besides."""

    collector: str
    others: list[str]

    @classmethod
    def of(cls, reading: Reading) -> Offices:
        first = max(reading.tasks, key=lambda task: len(task.assignees), default=None)
        offices = list(first.assignees if first and first.assignees else reading.offices)
        via = next((task.via for task in reading.tasks if task.via), None)
        collector = via if via in offices or (via and not offices) else offices[0]
        return cls(collector or offices[0], [office for office in offices if office != collector])


def two_days_before(reading: Reading, calendar: Workdays) -> datetime:
    """08:00, two working days before the first filing day; today's date of issue when nothing is dated."""
    days = [task.deadline.last_workday or task.deadline.date for task in reading.tasks]
    first = min((date.fromisoformat(day) for day in days if day), default=None)
    if first is None:
        return datetime(2024, 5, 14, 8, tzinfo=VIETNAM)
    return at(calendar.add_working(first, -2), datetime(2024, 1, 1, 8).time())  # noqa: DTZ001 - only its time of day
