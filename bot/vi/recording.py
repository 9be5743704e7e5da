"""What a coordinator tells of another office's report, to be confirmed."""

from __future__ import annotations

from datetime import date

from bot.messages import Outgoing
from bot.vi.common import full_day, paper, row
from bot.vi.filing import WAYS
from db.reports import Way
from db.standing import Line


def propose_record(line: Line, way: Way, on: date, typed: str) -> Outgoing:
    """The coordinator said so in passing; nothing is entered before she presses."""
    assignment = line.assignment
    return Outgoing(
        f"Ghi nhận báo cáo của {assignment.office.name}, {WAYS[way]} ngày {full_day(on)}, theo "
        f"{paper(assignment.task.directive)}, việc {assignment.task.number}?",
        (row(("Ghi nhận", f"/ghinhan {assignment.office_id} {typed} {on:%Y-%m-%d}"), ("Thôi", "/huy")),),
    )
