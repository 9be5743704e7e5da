"""Before a directive goes out: who will hear of it and who cannot, and the one question that is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messages import Outgoing
from bot.vi.common import brief, listing, paper, row, rows, weekday
from bot.vi.people import ROLES
from db.directives import Directive, Task
from db.people import Member, Role

MOST_WAITING = 5
"""Buttons for people who wait; the others have theirs in the notice of their joining."""


@dataclass(frozen=True)
class Reach:
    """Before sending: how many offices there are, those nobody has joined or asked to join, those whose people shut the
    door, the people who wait for approval, and how many offices cannot be told."""

    total: int
    nobody: Sequence[str]
    blocked: Sequence[str]
    waiting: Sequence[Member]
    missing: int


def shut(office: str, people: Sequence[str], phone: str) -> str:
    """An office whose people shut the door, and how to call them."""
    return f"{office}: {', '.join(people)}" + (f", gọi {phone}" if phone else "")


def preflight(directive: Directive, reach: Reach, ask_day: Task | None, over: Task | None = None) -> Outgoing:
    """Who will hear of it and who cannot; and, once, whether the named day itself is on time. `over`: the deadline of
    this task has gone by."""
    text = f"Trước khi gửi {paper(directive)}: {reach.total - reach.missing}/{reach.total} đơn vị đã kết nối."
    if reach.waiting:
        text += "\nĐang chờ đồng chí xác nhận:\n" + listing(map(_waits, reach.waiting))
    if reach.nobody:
        text += "\nChưa có ai kết nối (gõ «ma» để lấy mã mời):\n" + listing(reach.nobody)
    if reach.blocked:
        text += "\nĐã kết nối nhưng không nhận được tin, đề nghị gọi:\n" + listing(reach.blocked)
    if reach.missing:
        text += "\nCác đơn vị này nhận công văn ngay khi kết nối hoặc nhắn trợ lý; vẫn gửi được cho các đơn vị còn lại."
    waiting = reach.waiting[:MOST_WAITING]
    approve = rows(
        *(
            (f"Xác nhận {brief(m.person.name, 30)} ({m.office.short})", f"/duyet {m.id} 1 {directive.id}")
            for m in waiting
        )
    )
    if over is not None and over.due_at is not None:
        text += (
            f"\nLưu ý: hạn việc {over.number} đã qua ({weekday(over.due_at)}). Sửa: gõ «hạn việc {over.number}: ngày»."
        )
    if ask_day is None or ask_day.named_on is None:
        send = "Vẫn gửi" if reach.missing else "Gửi"
        choices = row((send, f"/gui {directive.id} 1"), ("Để sau", f"/congvan {directive.id}"))
        return Outgoing(text, (*approve, choices))
    named = f"{ask_day.named_on.day}/{ask_day.named_on.month}"
    text += f"\n\nVăn bản ghi «{ask_day.deadline_words}». Báo cáo nhận trong ngày {named} tính là:"
    choices = row(("Chậm", f"/gui {directive.id} 1 0"), ("Đúng hạn", f"/gui {directive.id} 1 1"))
    return Outgoing(text, (*approve, choices))


def _waits(member: Member) -> str:
    return f"{member.office.name}: {member.person.name} ({ROLES[Role(member.role)]})"
