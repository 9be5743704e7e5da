"""Nudging now: whom it reached, and what is asked before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messages import Outgoing
from bot.vi.common import listing, paper, row, stamp
from db.directives import Directive
from db.offices import Office


def nudged(names: Sequence[str], paused: Sequence[str], unreachable: Sequence[str]) -> Outgoing:
    """The `unreachable` with whom to call."""
    text = f"Đã nhắc {len(names)} đơn vị" + (":\n" + listing(names) if names else ".")
    if paused:
        text += "\nKhông nhắc (đã báo gửi nơi khác hoặc đã hẹn):\n" + listing(paused)
    if unreachable:
        text += "\nChưa nhắc được qua trợ lý, đề nghị gọi:\n" + listing(unreachable)
    return Outgoing(text)


def nudge_again(directive: Directive, at: datetime, only: int | None) -> Outgoing:
    return Outgoing(
        f"Vừa nhắc lúc {stamp(at)} (chưa đến 2 giờ). Đồng chí có nhắc lại không?",
        (
            row(
                ("Nhắc lại", f"/nhac {directive.id} 1{f' {only}' if only else ''}"), ("Thôi", f"/nhac {directive.id} 0")
            ),
        ),
        about=f"nudge:{directive.id}",
    )


def confirm_nudge(directive: Directive, office: Office, last: datetime | None) -> Outgoing:
    before = f" Lần nhắc trước: {stamp(last)}." if last else ""
    return Outgoing(
        f"Nhắc {office.name} gửi báo cáo theo {paper(directive)}?{before}",
        (row(("Nhắc", f"/nhac {directive.id} 1 {office.id}"), ("Thôi", f"/nhac {directive.id} 0")),),
        about=f"nudge:{directive.id}",
    )


def not_nudged(directive: Directive) -> Outgoing:
    return Outgoing(f"Không nhắc lại {paper(directive)}.", about=f"nudge:{directive.id}")


def nobody_to_nudge() -> Outgoing:
    return Outgoing("Các đơn vị đều đã nộp hoặc đã báo; không còn đơn vị nào cần nhắc.")
