"""The end of a directive: what is still out, and who had reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messages import Button, Outgoing
from bot.vi.card import claim
from bot.vi.common import brief, ended, paper, row, rows, stamp
from bot.vi.common import progress as received
from bot.vi.missing import TaskState
from db.changes import UNDO
from db.directives import Directive
from db.standing import Facts, Line, Progress

MOST = 20


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
        "vẫn được giữ và chuyển đồng chí. Kết thúc nhầm: có thể hoàn tác trong 10 phút; sau đó gõ «mở lại công văn».",
        (
            row(("Tình hình báo cáo", f"/missing {directive.id}"), ("Bắt đầu tổng hợp", f"/tonghop {directive.id}")),
            row(("Hoàn tác", f"/molai {directive.id} {closing(directive)}")),
        ),
    )


def closing(directive: Directive) -> int:
    """Which of its closings, should there be several: when it was, in seconds; 0 while it goes on."""
    return int(directive.closed_at.timestamp()) if directive.closed_at else 0


def just_closed(directive: Directive, now: datetime) -> bool:
    return directive.closed_at is not None and now - directive.closed_at < UNDO


def confirm_reopen(directive: Directive, owing: Sequence[Line], at: datetime | None) -> Outgoing:
    """`at`: when the first of those that owe is reminded again."""
    names = ", ".join(dict.fromkeys(each.assignment.office.name for each in owing))
    out = f"Còn {len(owing)} báo cáo chưa nhận: {names}." if owing else "Đã nhận đủ báo cáo."
    when = f"Lời nhắc tiếp theo: {stamp(at)}." if at else "Theo lịch không còn lời nhắc nào."
    since = f" (kết thúc lúc {stamp(directive.closed_at)})" if directive.closed_at else ""
    value = f"/molai {directive.id} {closing(directive)}"
    return Outgoing(
        f"Mở lại {paper(directive)}{since}?\n{out}\n{when} Đơn vị không được báo riêng về việc mở lại.",
        (row(("Mở lại", f"{value} 1"), ("Thôi", f"{value} 0")),),
        about=f"reopen:{directive.id}",
    )


def stays_closed(directive: Directive) -> Outgoing:
    return Outgoing(f"Không mở lại; {ended(directive)}.", about=f"reopen:{directive.id}")


def reopened(directive: Directive, *, undone: bool) -> Outgoing:
    how = "Đã hoàn tác việc kết thúc" if undone else "Đã mở lại"
    return Outgoing(
        f"{how} {paper(directive)}; tiếp tục theo dõi và nhắc theo lịch. Không đơn vị nào được báo về việc này.",
        (row(("Tình hình báo cáo", f"/missing {directive.id}")),),
        about=f"reopen:{directive.id}",
    )


def which_to_reopen(found: Sequence[Directive]) -> Outgoing:
    return Outgoing(
        "Mở lại công văn nào?",
        rows(*((brief(paper(each), 60), f"/molai {each.id}") for each in found[:MOST])),
    )


def none_closed(number: str | None) -> Outgoing:
    which = f" mang số {number}" if number else ""
    return Outgoing(f"Không có công văn đã kết thúc nào{which}. Các công văn đang theo dõi: gõ «ai chưa nộp».")


def goes_on(directive: Directive) -> Outgoing:
    return Outgoing(
        f"{paper(directive)} đang được theo dõi.", (row(("Tình hình báo cáo", f"/missing {directive.id}")),)
    )


def called_off(directive: Directive) -> Outgoing:
    return Outgoing(f"{ended(directive)} nên không mở lại được. Cần thực hiện tiếp: đề nghị gửi lại công văn.")


def closed_before(directive: Directive) -> Outgoing:
    return Outgoing(f"{ended(directive)}; hệ thống không nhắc nữa.", _again(directive))


def over_without(directive: Directive, offices: Sequence[str]) -> Outgoing:
    """It was closed while these had not reported."""
    names = f"{', '.join(offices[:MOST])}{f' và {len(offices) - MOST} đơn vị khác' if len(offices) > MOST else ''}"
    return Outgoing(
        f"{ended(directive)} khi {names} chưa báo cáo. Cần làm tiếp với công văn này, đề nghị mở lại trước.",
        _again(directive),
    )


def _again(directive: Directive) -> tuple[tuple[Button, ...], ...]:
    return () if directive.cancelled_at else (row(("Mở lại", f"/molai {directive.id}")),)


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
