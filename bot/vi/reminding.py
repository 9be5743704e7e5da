"""What an office hears of a deadline, before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clocks import local
from bot.messages import Outgoing
from bot.vi.card import buttons, hand_in
from bot.vi.common import brief, day, deadline_of, hour, left, paper
from bot.vi.common import progress as received
from db.directives import Assignment
from db.standing import Line, Progress
from scheduler.plan import BEFORE
from scheduler.workdays import Workdays


@dataclass(frozen=True)
class Due:
    """One assignment a reminder speaks of, and the newest rung that fell due."""

    line: Line
    rung: str
    progress: Progress | None = None


def reminds(office_id: int) -> str:
    """What an office's reminder is about: while one waits in a chat, the next for that office takes its place."""
    return f"reminder:{office_id}"


def reminder(items: Sequence[Due], now: datetime, calendar: Workdays, hours_end: str = "17:00") -> Outgoing:
    """One message an office, however many tasks; kind when late."""
    first = items[0].line.assignment
    if len(items) == 1:
        text = f"Kính gửi {first.office.name}.\n{_sentence(items[0], now, calendar)} Trân trọng."
        return Outgoing(text, buttons(first, acknowledged=_known(first), questions=items[0].line.questions > 0))
    body = "\n".join(f"{n}. {_sentence(item, now, calendar)}" for n, item in enumerate(items, 1))
    listed = hand_in([item.line.assignment for item in items])
    return Outgoing(f"Kính gửi {first.office.name}.\n{body}\nTrân trọng.", listed)


def _known(assignment: Assignment) -> bool:
    return assignment.acknowledged_at is not None


def _sentence(item: Due, now: datetime, calendar: Workdays) -> str:
    assignment = item.line.assignment
    task = assignment.task
    named = f"Việc {task.number} theo {paper(task.directive)} ({brief(task.text, 90)})"
    progress = f" Đã có {received(item.progress)}." if item.progress else ""
    lacks = f" {_lacks(item.line, now)}"
    if item.line.overdue(now) or _named_day_has_come(assignment, now):
        return (
            f"Đến {hour(now)} ngày {day(now)}, {task.directive.collector.name} chưa nhận được {_awaited(item.line)}: {brief(task.text, 90)} "
            f"({paper(task.directive)}, hạn {deadline_of(assignment)}). Kính đề nghị đồng chí chỉ đạo gửi báo cáo, "
            f"hoặc cho biết thời gian dự kiến.{progress}"
        )
    return f"{named}: hạn {deadline_of(assignment)}, {left(assignment, now, calendar)}.{lacks}{progress}"


def _awaited(line: Line) -> str:
    return "bản hoàn thiện của báo cáo đã trả lại" if line.returned else "báo cáo"


def _named_day_has_come(assignment: Assignment, now: datetime) -> bool:
    """On day X of «trước ngày X», also where she counts it as on time."""
    task = assignment.task
    before = task.rule in BEFORE and assignment.extended_to is None and assignment.mend_by is None
    return before and task.named_on is not None and task.named_on <= local(now).date()


def _lacks(line: Line, now: datetime) -> str:
    task = line.assignment.task
    if line.returned:
        return "Báo cáo đã gửi được đề nghị bổ sung; đề nghị gửi bản hoàn thiện."
    if line.answered:
        return f"Đơn vị đã trả lời {line.answered}/{line.questions} câu, đề nghị hoàn thành phần còn lại."
    if task.period_to and local(now).date() <= task.period_to:
        return f"Số liệu chốt đến {day(task.period_to)}; đề nghị đơn vị chuẩn bị báo cáo."
    if not task.asks_report:
        return "Đề nghị đơn vị quan tâm thực hiện."
    return "Hiện chưa nhận được báo cáo của đơn vị; đề nghị quan tâm thực hiện."
