"""Asking for more time, and the coordinator's answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.messages import Outgoing
from bot.vi.common import brief, day, deadline_of, later, paper, row, weekday
from db.decisions import Extension
from db.people import Person

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
        "Gia hạn cho đơn vị nào? Ví dụ: gia hạn Tư pháp, Y tế đến 22/5, chờ số liệu xã; hoặc: gia hạn tất cả đơn vị "
        "chưa nộp đến 22/5. "
        "Cho phần việc của chính đơn vị đồng chí: gõ «xin gia hạn»."
    )


def nothing_to_extend(office: str) -> Outgoing:
    return Outgoing(f"{office} không còn báo cáo nào chưa nộp nên không cần gia hạn.")


def extension_not_later(wanted: date, words: str) -> Outgoing:
    return Outgoing(
        f"Ngày {day(wanted)} không muộn hơn hạn hiện nay ({words}). Đề nghị cho biết ngày muộn hơn và lý do.",
        wants_words=True,
    )


def extension_day_past(wanted: date) -> Outgoing:
    return Outgoing(f"Ngày {day(wanted)} đã qua. Đề nghị cho biết ngày xin gia hạn đến và lý do.", wants_words=True)


def extension_asked(day: datetime, reason: str) -> Outgoing:
    wanted = "" if reason else " Đề nghị nhắn thêm lý do, ví dụ: vì chờ số liệu xã."
    return Outgoing(
        f"Đã chuyển đề nghị gia hạn đến {weekday(day)} cho người tổng hợp. Trong khi chờ, hạn cũ vẫn giữ nguyên.{wanted}",
        wants_words=not reason,
    )


def reason_passed(extension: Extension) -> Outgoing:
    return Outgoing(
        f"Đã chuyển lý do xin gia hạn đến {weekday(extension.wanted_on)} cho người tổng hợp: "
        f"{brief(extension.reason, REASON)}."
    )


def decide_extension(extension: Extension, who: Person, day: datetime) -> Outgoing:
    assignment = extension.assignment
    reason = f" Lý do: {brief(extension.reason, REASON)}." if extension.reason else " Đơn vị chưa nêu lý do."
    tail = f"{extension.wanted_on:%Y%m%d}"
    return Outgoing(
        f"{assignment.office.name} ({who.name}) xin gia hạn đến {weekday(day)} cho {paper(assignment.task.directive)}, "
        f"việc {assignment.task.number} (hạn {deadline_of(assignment)}).{reason}",
        (
            row(
                ("Đồng ý", f"/quyetgiahan {extension.id} 1 {tail}"),
                ("Không đồng ý", f"/quyetgiahan {extension.id} 0 {tail}"),
            ),
        ),
        about=about(extension),
    )


def about(extension: Extension) -> str:
    return f"extension:{extension.id}"


def told_withdrawn(extension: Extension, who: Person) -> Outgoing:
    assignment = extension.assignment
    return Outgoing(
        f"{assignment.office.name} ({who.name}) rút đề nghị gia hạn đến {weekday(extension.wanted_on)} cho "
        f"{paper(assignment.task.directive)}, việc {assignment.task.number}. Hạn giữ nguyên: {deadline_of(assignment)}.",
        about=about(extension),
    )


def withdrawn(asked: Sequence[Extension]) -> Outgoing:
    days = ", ".join(dict.fromkeys(weekday(each.wanted_on) for each in asked))
    return Outgoing(f"Đã rút đề nghị gia hạn đến {days} và báo người tổng hợp. Hạn giữ nguyên.")


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


def extension_overtaken(extension: Extension) -> Outgoing:
    """The deadline has moved meanwhile, further than was asked for."""
    assignment = extension.assignment
    return Outgoing(
        f"Hạn hiện nay của {assignment.office.name}, {paper(assignment.task.directive)}, việc {assignment.task.number} là "
        f"{deadline_of(assignment)}, không sớm hơn ngày xin gia hạn; giữ nguyên hạn này. Trân trọng.",
        about=about(extension),
    )


def extension_needless(extension: Extension, *, exempt: bool) -> Outgoing:
    """Exempt, or counted as on time: nobody is told of a day."""
    assignment = extension.assignment
    known = "được miễn báo cáo" if exempt else "đã báo cáo đúng hạn"
    return Outgoing(
        f"{assignment.office.name} {known} việc {assignment.task.number}, {paper(assignment.task.directive)} nên không "
        "cần gia hạn.",
        about=about(extension),
    )


def extension_decided(extension: Extension, at: datetime | None = None) -> Outgoing:
    """`at`: when the office hears of it, if not at once."""
    assignment = extension.assignment
    refused = "Đơn vị đã rút đề nghị" if extension.decided_by == extension.asked_by else "Đã trả lời không đồng ý"
    answer = "Đã đồng ý gia hạn" if extension.granted_to else f"{refused} gia hạn"
    return Outgoing(
        f"{answer}. {assignment.office.name}: {deadline_of(assignment)}.{later(at)}", about=about(extension)
    )
