"""«Đã gửi qua QLVB»: noted, confirmed, or not seen there."""

from __future__ import annotations

from datetime import date, datetime

from bot.messages import Outgoing
from bot.vi.card import buttons
from bot.vi.common import bracketed, comrade, full_day, later, paper, row, stamp
from db.directives import Assignment
from db.people import Person
from db.standing import Line


def ask_reference(assignment: Assignment) -> Outgoing:
    over = assignment.task.directive.closed_at is not None
    return Outgoing(
        f"{f'{paper(assignment.task.directive)} đã kết thúc; hệ thống vẫn chuyển người tổng hợp. ' if over else ''}"
        "Đề nghị cho biết số, ký hiệu và ngày của báo cáo đã gửi, ví dụ: 45/BC-TP ngày 15/5. "
        "Chưa nhớ số thì gõ «không nhớ».",
        wants_words=True,
    )


def reference_too_long(limit: int) -> Outgoing:
    return Outgoing(f"Số, ký hiệu dài quá {limit} ký tự. Đề nghị nhắn lại, ví dụ: 45/BC-TP.", wants_words=True)


def day_to_come(named: date) -> Outgoing:
    return Outgoing(
        f"Ngày {full_day(named)} chưa đến. Đã gửi qua QLVB rồi: đề nghị nhắn lại số, ký hiệu và ngày đã gửi, ví dụ: "
        f"45/BC-TP hôm nay. Sẽ gửi ngày đó: gõ «hẹn gửi {named.day}/{named.month}».",
        wants_words=True,
    )


def elsewhere_noted(assignment: Assignment, reference: str, sent_on: date) -> Outgoing:
    """Once the directive is over it counts only as the coordinator says."""
    directive = assignment.task.directive
    if directive.closed_at is not None:
        return Outgoing(
            f"{paper(directive)} đã kết thúc lúc {stamp(directive.closed_at)}. Thông tin {assignment.office.name} đã gửi "
            f"qua QLVB{bracketed(reference)} ngày {full_day(sent_on)} được giữ là báo cáo bổ sung và chuyển người tổng hợp "
            "đối chiếu; đồng chí không phải gửi lại. Trân trọng cảm ơn."
        )
    return Outgoing(
        f"Đã ghi nhận: {assignment.office.name} đã gửi qua QLVB{bracketed(reference)} ngày {full_day(sent_on)}. "
        "Hệ thống không nhắc nữa trong khi chờ người tổng hợp đối chiếu. Trân trọng."
    )


def confirm_elsewhere(line: Line, reference: str, sent_on: date, who: Person | None, submission: int) -> Outgoing:
    by = f" ({comrade(who)})" if who else ""
    office, directive = line.assignment.office.name, line.assignment.task.directive
    after = " Công văn đã kết thúc; nếu đã thấy, báo cáo được ghi là báo cáo bổ sung." if directive.closed_at else ""
    return Outgoing(
        f"{office}{by} báo đã gửi qua QLVB{bracketed(reference)} ngày {full_day(sent_on)}, "
        f"{paper(directive)}, việc {line.assignment.task.number}. Đề nghị đối chiếu trên QLVB.{after}",
        (row(("Đã thấy", f"/xacnhan {submission} 1"), ("Chưa thấy", f"/xacnhan {submission} 0")),),
        about=f"elsewhere:{submission}",
    )


def elsewhere_confirmed(line: Line) -> Outgoing:
    late = {True: " (đúng hạn)", False: " (quá hạn)", None: ""}[line.on_time()]
    return Outgoing(f"Đã xác nhận báo cáo của {line.assignment.office.name} gửi qua QLVB{late}.")


def elsewhere_refused(line: Line, at: datetime | None = None) -> Outgoing:
    """`at`: when the office hears of it, if not at once."""
    again = "" if line.assignment.task.directive.closed_at else "; đơn vị được nhắc lại"
    return Outgoing(f"Đã ghi: chưa thấy báo cáo của {line.assignment.office.name} trên QLVB{again}.{later(at)}")


def not_seen_about(submission: int) -> str:
    """What the office hears, unless it is seen before that."""
    return f"not_seen:{submission}"


def elsewhere_not_seen(assignment: Assignment, submission: int, now: datetime) -> Outgoing:
    return Outgoing(
        f"Kính gửi {assignment.office.name}. Đến {stamp(now)}, người tổng hợp chưa thấy báo cáo của đơn vị trên QLVB. "
        "Đề nghị kiểm tra, hoặc gửi báo cáo qua trợ lý. Trân trọng.",
        buttons(assignment, acknowledged=True, questions=False),
        about=not_seen_about(submission),
    )
