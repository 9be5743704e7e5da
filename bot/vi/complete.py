"""All reports of a task are in, and the one that is made of them."""

from __future__ import annotations

from datetime import datetime

from bot.messages import Outgoing
from bot.vi.common import deadline_of, paper, rows, stamp
from db.directives import Assignment, Directive, Task
from db.standing import Line, Progress


def complete_about(task: Task) -> str:
    return f"complete:{task.id}"


def complete(task: Task, found: Progress, on_time: int, synthesis: Assignment | None) -> Outgoing:
    """The last report of a task is in; what she has to make of them is next."""
    directive = task.directive
    facts = [
        *([f"{on_time} đúng hạn"] if task.due_at else []),
        *([f"{found.exempt} được miễn"] if found.exempt else []),
    ]
    told = f" ({', '.join(facts)})" if facts else ""
    text = f"Đủ {found.received}/{found.total} báo cáo việc {task.number}, {paper(directive)}{told}."
    acts = [("Tình hình báo cáo", f"/missing {directive.id}")]
    if synthesis is not None:
        due = f": hạn {deadline_of(synthesis)}" if synthesis.due_at else ""
        text += f" Việc {synthesis.task.number} của {synthesis.office.name}{due}."
    if task.asks_report:
        acts.append(("Bắt đầu tổng hợp", f"/tonghop {directive.id}"))
    if synthesis is not None:
        acts.append(("Đã gửi báo cáo tổng hợp", f"/datonghop {directive.id}"))
    return Outgoing(text, rows(*acts), about=complete_about(task))


def synthesised(directive: Directive, line: Line) -> Outgoing:
    timely = {True: " (đúng hạn)", False: " (quá hạn)", None: ""}[line.on_time()]
    return Outgoing(
        f"Đã ghi nhận: {line.assignment.office.name} đã gửi báo cáo tổng hợp (việc {line.assignment.task.number}) "
        f"theo {paper(directive)}{timely}. Báo cáo đến sau được ghi là báo cáo bổ sung.",
        rows(*(("Ghi nhầm, thu hồi", f"/thuhoi {each.id}") for each in line.submissions[-1:])),
    )


def synthesised_before(directive: Directive, at: datetime) -> Outgoing:
    return Outgoing(f"{directive.collector.name} đã gửi báo cáo tổng hợp theo {paper(directive)} lúc {stamp(at)}.")


def nothing_to_synthesise(directive: Directive) -> Outgoing:
    return Outgoing(f"{paper(directive)} không giao việc tổng hợp; báo cáo của các đơn vị vẫn được ghi nhận.")
