"""«Mai anh gửi»: what is answered to a promise."""

from __future__ import annotations

from datetime import date, datetime

from bot.clocks import local
from bot.messages import Outgoing
from bot.vi.card import lacking
from bot.vi.common import deadline_of, row, weekday
from db.directives import Assignment
from db.standing import Line


def promised(assignment: Assignment, until: date, *, today: bool) -> Outgoing:
    when = "hôm nay." if today else f"{weekday(until)}. Trước ngày đó hệ thống không nhắc lại."
    return Outgoing(f"Đã ghi nhận: {assignment.office.name} hẹn gửi {when} Trân trọng.")


def promised_rest(line: Line, until: date) -> Outgoing:
    """Of what a report still lacks."""
    return Outgoing(
        f"Đã ghi nhận: {line.assignment.office.name} hẹn gửi {lacking(line)} {weekday(until)}. Báo cáo đã nhận được giữ "
        "nguyên. Trân trọng."
    )


def promised_with_reminder(
    assignment: Assignment, until: date, following: datetime | None, *, last_day: bool
) -> Outgoing:
    """`following` comes before the day all the same."""
    text = f"Đã ghi nhận: {assignment.office.name} hẹn gửi {weekday(until)}"
    text += ", cũng là ngày cuối của hạn" if last_day else ""
    still = following is not None and local(following).date() <= until
    return Outgoing(
        text + (f"; hệ thống chỉ nhắc lại từ {weekday(following)}" if following and still else "") + ". Trân trọng."
    )


def promise_too_late(assignment: Assignment, until: date, following: datetime | None) -> Outgoing:
    still = f"; hệ thống vẫn nhắc từ {weekday(following)}" if following else ""
    return _more_time(
        assignment,
        f"Đã ghi nhận: {assignment.office.name} hẹn gửi {weekday(until)}, sau hạn ({deadline_of(assignment)}){still}.",
    )


def promised_overdue(assignment: Assignment, until: date) -> Outgoing:
    return _more_time(
        assignment,
        f"Đã ghi nhận: {assignment.office.name} hẹn gửi {weekday(until)}; báo cáo đã quá hạn ({deadline_of(assignment)}).",
    )


def _more_time(assignment: Assignment, text: str) -> Outgoing:
    ask = row(("Xin gia hạn", f"/giahan {assignment.id} {assignment.version}"))
    return Outgoing(f"{text} Cần thêm thời gian: gõ «xin gia hạn».", (ask,))


def ask_promise_day() -> Outgoing:
    return Outgoing("Đơn vị dự kiến gửi ngày nào? Ví dụ: mai, 16/5, thứ Sáu.", wants_words=True)
