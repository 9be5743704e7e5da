"""The morning's lines: how each open directive stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.messages import Button, Outgoing
from bot.vi.common import brief, listing, row, rows, short_paper, stamp
from db.directives import Directive

MOST_BUTTONS = 10
Stand = Sequence[tuple[Directive, "Figures"]]


class Figures(NamedTuple):
    """Of one directive, all tasks and offices together: `total` were asked when it was sent."""

    total: int
    received: int
    on_time: int
    exempt: int
    overdue: int

    @property
    def missing(self) -> int:
        return self.total - self.received - self.exempt


def about(office_id: int) -> str:
    return f"digest:{office_id}"


def to_coordinator(office_id: int, found: Stand) -> Outgoing:
    """Since the last one something has changed."""
    return Outgoing(f"Tình hình báo cáo sáng nay:\n{_lines(found)}", _names("missing", found), about=about(office_id))


def to_leader(office_id: int, found: Stand) -> Outgoing:
    text = f"Kính báo cáo đồng chí, sáng nay:\n{_lines(found)}"
    return Outgoing(text, _names("danhsachcham", found), about=f"leader-{about(office_id)}")


def asked_by_leader(found: Stand, now: datetime, at: str) -> Outgoing:
    """`at`: the hour of the morning's figures, where leaders are told them."""
    daily = f"\nBản tin gửi đồng chí lúc {at} ngày làm việc, khi có thay đổi." if at else ""
    return Outgoing(f"Kính báo cáo đồng chí, đến {stamp(now)}:\n{_lines(found)}{daily}", _names("danhsachcham", found))


def nothing_watched() -> Outgoing:
    return Outgoing("Hiện không có công văn nào đang theo dõi ở đây.")


def setting(found: Stand, at: str, *, to_leader: bool) -> Outgoing:
    """How it stands now, and whether the leader hears of it."""
    now = _lines(found) if found else "Hiện không có công văn nào đã gửi từ hôm trước đang theo dõi."
    when = f"Bản tin gửi đồng chí lúc {at} ngày làm việc, khi có thay đổi" if at else "Bản tin buổi sáng đang tắt"
    choice = ("Thôi gửi lãnh đạo", "/bantin thoi") if to_leader else ("Gửi cả lãnh đạo", "/bantin lanhdao")
    leader = "Lãnh đạo cũng nhận." if to_leader else "Lãnh đạo chưa nhận."
    return Outgoing(f"{now}\n{when}. {leader}", (row(choice),), about="morning")


def turned(*, to_leader: bool) -> Outgoing:
    if to_leader:
        return Outgoing("Từ sáng tới, lãnh đạo cũng nhận một dòng về mỗi công văn khi có thay đổi.", about="morning")
    return Outgoing("Bản tin buổi sáng không gửi lãnh đạo nữa.", about="morning")


def _lines(found: Stand) -> str:
    return listing(_line(directive, figures) for directive, figures in found)


def _line(directive: Directive, found: Figures) -> str:
    """`CV 123/UBND: 41/50 đã nộp (38 đúng hạn), 9 chưa, 3 quá hạn`."""
    facts = [f"{found.received}/{found.total} đã nộp" + (f" ({found.on_time} đúng hạn)" if found.on_time else "")]
    facts += [f"{found.exempt} được miễn"] if found.exempt else []
    facts += [f"{found.missing} chưa"] if found.missing else []
    facts += [f"{found.overdue} quá hạn"] if found.overdue else []
    return f"{short_paper(directive)}: {', '.join(facts)}"


def _names(verb: str, found: Stand) -> tuple[tuple[Button, ...], ...]:
    lacking = [each for each, figures in found if figures.missing][:MOST_BUTTONS]
    if len(lacking) == 1:
        return (row(("Tên các đơn vị", f"/{verb} {lacking[0].id}")),)
    return rows(*((brief(f"Đơn vị chưa nộp {short_paper(each)}", 60), f"/{verb} {each.id}") for each in lacking))
