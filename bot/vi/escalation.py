"""Long overdue: the coordinator's draft, and what the leader hears when she sends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.messages import Outgoing
from bot.text import capital
from bot.vi.card import claim
from bot.vi.common import comrade, left, listing, paper, row, rows, stamp
from bot.vi.missing import Caller, TaskState, nudges_of, who
from db.directives import Directive
from db.people import Person
from db.standing import Facts
from scheduler.workdays import Workdays


def about(directive_id: int) -> str:
    """By which it is found again."""
    return f"escalate:{directive_id}"


def _late(states: Sequence[TaskState], now: datetime) -> list[Facts]:
    """One an office: the longest overdue."""
    found: dict[int, Facts] = {}
    for line in (line for state in states for line in state.lines):
        if line.owes and not line.collectors_part and line.overdue(now):
            known = found.setdefault(line.assignment.office.id, line)
            if (line.assignment.due_at or now) < (known.assignment.due_at or now):
                found[line.assignment.office.id] = line
    return list(found.values())


def draft(
    directive: Directive, states: Sequence[TaskState], callers: Mapping[int, Caller], now: datetime, calendar: Workdays
) -> Outgoing | None:
    """A call sheet, and the button that sends it on; None if nobody is late any more."""
    if not (late := _late(states, now)):
        return None
    longest = min(late, key=lambda line: line.assignment.due_at or now)
    lines = [
        "; ".join(
            [
                f"{line.assignment.office.name}: {who(callers.get(line.assignment.office.id, Caller(())))}",
                *(["đã trả lại, chưa gửi bản hoàn thiện"] if line.returned else []),
                *nudges_of(line.assignment),
            ]
        )
        for line in late
    ]
    return Outgoing(
        f"Đã {left(longest.assignment, now, calendar)} {paper(directive)}. Còn {len(late)} đơn vị chưa gửi báo cáo:\n{listing(lines)}\n"
        "Đề nghị gọi điện, hoặc báo cáo lãnh đạo.",
        rows(
            ("Báo cáo lãnh đạo", f"/baolanhdao {directive.id} 1"),
            ("Nhắc tất cả", f"/nhac {directive.id}"),
            ("Công văn đôn đốc", f"/dondoc {directive.id}"),
            ("Tình hình báo cáo", f"/missing {directive.id}"),
        ),
        about=about(directive.id),
    )


def to_leader(directive: Directive, states: Sequence[TaskState], now: datetime, calendar: Workdays) -> Outgoing:
    """One line a task; names of offices, none of persons."""
    texts = [_task(state, directive, now, calendar) for state in states if state.done < len(state.lines)]
    body = " ".join(texts) or f"{paper(directive)} đã đủ báo cáo."
    return Outgoing(
        f"Kính báo cáo đồng chí: đến {stamp(now)}, {body}",
        (row(("Đã chỉ đạo", f"/dachidao {directive.id}")),) if texts else (),
        about=f"leader:{directive.id}",
    )


def _task(state: TaskState, directive: Directive, now: datetime, calendar: Workdays) -> str:
    named = [f"{line.assignment.office.name}{_why(line, now, calendar)}" for line in state.lines if not line.reported]
    until = f" ({state.task.deadline_words})" if state.task.deadline_words else ""
    return f"còn {len(named)}/{len(state.lines)} đơn vị chưa gửi báo cáo theo {paper(directive)}{until}: {'; '.join(named)}."


def _why(line: Facts, now: datetime, calendar: Workdays) -> str:
    if line.collectors_part:
        return " (đơn vị tổng hợp)"
    if line.claimed:
        return f" {claim(line)}"
    remaining = left(line.assignment, now, calendar)
    return f" {remaining}" if remaining else ""


def propose(directive: Directive, message: Outgoing) -> Outgoing:
    """What the leader would hear; nothing goes before she presses."""
    return Outgoing(
        f"Nội dung báo cáo lãnh đạo:\n{message.text}",
        (row(("Gửi lãnh đạo", f"/baolanhdao {directive.id} 1"), ("Thôi", "/huy")),),
        about=f"propose:{directive.id}",
    )


def sent_before(directive: Directive) -> Outgoing:
    return Outgoing(f"Đã báo cáo lãnh đạo về {paper(directive)} trong vòng một giờ qua; chưa cần gửi lại.")


def sent(names: Sequence[str], text: str) -> Outgoing:
    if not names:
        return Outgoing(f"Chưa có lãnh đạo nào kết nối với trợ lý. Nội dung để đồng chí chuyển:\n{text}")
    return Outgoing(f"Đã báo cáo lãnh đạo: {', '.join(names)}. Nội dung: {text}")


def instructed(now: datetime) -> Outgoing:
    return Outgoing(f"Đã ghi nhận ý kiến chỉ đạo của đồng chí lúc {stamp(now)}. Trân trọng.")


def told_instructed(directive: Directive, person: Person, now: datetime) -> Outgoing:
    who_ = comrade(person)
    return Outgoing(
        f"{capital(who_)} đã chỉ đạo việc chậm báo cáo theo {paper(directive)} lúc {stamp(now)}.",
        (row(("Tình hình báo cáo", f"/missing {directive.id}")),),
        about=f"instructed:{directive.id}:{person.id}",
    )
