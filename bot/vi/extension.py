"""Asking for more time, and the coordinator's answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.messages import Outgoing
from bot.vi.common import brief, day, deadline_of, label, paper, row, rows, weekday
from db.directives import Assignment
from db.people import Person
from db.reports import Extension

REASON = 1000
"""Characters of a reason that are shown."""


def ask_extension_day(words: str, reason: str) -> Outgoing:
    """`reason` was said already."""
    wanted = f"ngày xin gia hạn (lý do đã ghi: {reason})" if reason else "ngày xin gia hạn và lý do"
    return Outgoing(
        f"Hạn hiện nay: {words}. Đề nghị cho biết {wanted}, ví dụ: {'20/5' if reason else '20/5, chờ số liệu xã'}.",
        wants_words=True,
    )


def whose_extension() -> Outgoing:
    return Outgoing(
        "Gia hạn cho đơn vị nào? Ví dụ: gia hạn Tư pháp đến 22/5, chờ số liệu xã. "
        "Cho phần việc của chính đơn vị đồng chí: gõ «xin gia hạn»."
    )


def ask_granted_day(assignment: Assignment) -> Outgoing:
    return Outgoing(
        f"Gia hạn cho {assignment.office.name} đến ngày nào? Hạn hiện nay: {deadline_of(assignment)}. "
        "Ví dụ: 20/5, chờ số liệu xã.",
        wants_words=True,
    )


def nothing_to_extend(office: str) -> Outgoing:
    return Outgoing(f"{office} không còn báo cáo nào chưa nộp nên không cần gia hạn.")


def propose_extension(proposals: Sequence[Extension]) -> Outgoing:
    """The coordinator named the office herself; of several tasks each has its button."""
    first = proposals[0]
    reason = f" Lý do: {brief(first.reason, REASON)}." if first.reason else ""
    until = f"Gia hạn cho {first.assignment.office.name} đến hết {weekday(first.wanted_on)}"
    drop = row(("Thôi", f"/quyetgiahan {first.id} 2"))
    if len(proposals) > 1:
        choices = rows(*((label(each.assignment), f"/quyetgiahan {each.id} 1") for each in proposals))
        return Outgoing(f"{until}: việc nào?{reason}", (*choices, drop), about=f"extension:{first.id}")
    where = f"{paper(first.assignment.task.directive)}, việc {first.assignment.task.number}"
    return Outgoing(
        f"{until}, {where} (hạn {deadline_of(first.assignment)})?{reason}",
        ((*row(("Gia hạn", f"/quyetgiahan {first.id} 1")), *drop),),
        about=f"extension:{first.id}",
    )


def extension_dropped(extension: Extension) -> Outgoing:
    return Outgoing(
        f"Không gia hạn; hạn của {extension.assignment.office.name} giữ nguyên.", about=f"extension:{extension.id}"
    )


def extension_not_later(wanted: date, words: str) -> Outgoing:
    return Outgoing(
        f"Ngày {day(wanted)} không muộn hơn hạn hiện nay ({words}). Đề nghị cho biết ngày muộn hơn và lý do.",
        wants_words=True,
    )


def extension_asked(day: datetime) -> Outgoing:
    return Outgoing(
        f"Đã chuyển đề nghị gia hạn đến {weekday(day)} cho người tổng hợp. Trong khi chờ, hạn cũ vẫn giữ nguyên."
    )


def decide_extension(extension: Extension, who: Person, day: datetime) -> Outgoing:
    assignment = extension.assignment
    reason = f" Lý do: {brief(extension.reason, REASON)}." if extension.reason else " Đơn vị chưa nêu lý do."
    return Outgoing(
        f"{assignment.office.name} ({who.name}) xin gia hạn đến {weekday(day)} cho {paper(assignment.task.directive)}, "
        f"việc {assignment.task.number} (hạn {deadline_of(assignment)}).{reason}",
        (row(("Đồng ý", f"/quyetgiahan {extension.id} 1"), ("Không đồng ý", f"/quyetgiahan {extension.id} 0")),),
        about=f"extension:{extension.id}",
    )


def extension_granted(extension: Extension, card: Outgoing) -> Outgoing:
    assignment = extension.assignment
    return Outgoing(
        f"{assignment.office.name} được {deadline_of(assignment)}, theo {paper(assignment.task.directive)}, "
        f"việc {assignment.task.number}. Lời nhắc được chuyển theo hạn mới. Trân trọng.",
        card.buttons,
    )


def extension_refused(extension: Extension, card: Outgoing) -> Outgoing:
    assignment = extension.assignment
    return Outgoing(
        f"Đề nghị gia hạn của {assignment.office.name} chưa được chấp thuận; "
        f"hạn vẫn là: {deadline_of(assignment)}. Trân trọng.",
        card.buttons,
    )


def extension_decided(extension: Extension) -> Outgoing:
    assignment = extension.assignment
    answer = "Đã đồng ý gia hạn" if extension.granted_to else "Đã trả lời không đồng ý gia hạn"
    return Outgoing(
        f"{answer}. {assignment.office.name}: {deadline_of(assignment)}.", about=f"extension:{extension.id}"
    )
