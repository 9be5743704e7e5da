"""The end of a directive: what is still out, and who had reported."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import Outgoing
from bot.vi.card import claim
from bot.vi.common import ended, paper, row
from bot.vi.common import progress as received
from bot.vi.missing import TaskState
from db.directives import Directive
from db.standing import Facts, Progress


def confirm_close(directive: Directive, states: Sequence[TaskState]) -> Outgoing:
    out = [line for found in states for line in found.lines if not line.reported]
    names = dict.fromkeys(_name(line) for line in out)
    return Outgoing(
        f"Còn {len(out)} báo cáo chưa nhận của {paper(directive)}: {', '.join(names)}. Vẫn kết thúc?",
        (row(("Vẫn kết thúc", f"/ketthuc {directive.id} 1"), ("Để sau", f"/missing {directive.id}")),),
    )


def closed(directive: Directive, states: Sequence[TaskState]) -> Outgoing:
    come = Progress(*map(sum, zip(*(found.progress for found in states), strict=True)))
    listed = "\n".join(f"Việc {found.task.number}: {_who(found)}." for found in states)
    return Outgoing(
        f"Đã kết thúc {paper(directive)}: {received(come)}.\n{listed}\nHệ thống không nhắc nữa. Hồ sơ (công văn, "
        "các báo cáo, nhật ký) được giữ trên máy chủ và gửi đồng chí trong ít phút (lập lại: gõ «hồ sơ»); báo cáo đến sau "
        "vẫn được giữ và chuyển đồng chí.",
        (row(("Tình hình báo cáo", f"/missing {directive.id}"), ("Bắt đầu tổng hợp", f"/tonghop {directive.id}")),),
    )


def closed_before(directive: Directive) -> Outgoing:
    return Outgoing(f"{ended(directive)}; hệ thống không nhắc nữa.")


def _who(found: TaskState) -> str:
    """`đã báo cáo (2): A, B; chưa báo cáo (1): C; được miễn (1): D`."""
    named: dict[str, list[str]] = {"đã báo cáo": [], "chưa báo cáo": [], "được miễn": []}
    for line in found.lines:
        side = "đã báo cáo" if line.valid else "được miễn" if line.exempt else "chưa báo cáo"
        named[side].append(_name(line))
    return "; ".join(f"{word} ({len(names)}): {', '.join(names)}" for word, names in named.items() if names)


def _name(line: Facts) -> str:
    """What is said to be sent and was not confirmed is not the same as silence."""
    name = line.assignment.office.name
    return f"{name} ({claim(line)})" if line.claimed and not line.reported else name
