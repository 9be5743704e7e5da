"""Files that come when their directive is over: kept, passed on, and recorded when the coordinator says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messages import Outgoing
from bot.vi.common import comrade, ended, files, later, paper, row, stamp, told
from bot.vi.filing import code
from db.directives import Assignment
from db.people import Person
from db.reports import Submission
from db.uploads import Link


def still_taken(assignment: Assignment, link: Link | None, *, in_chat: bool) -> Outgoing:
    """To somebody who would hand in a report of a closed directive."""
    where = "vào đây" if in_chat else f"tại liên kết riêng của đồng chí:{told(link)}" if link else "qua QLVB."
    apart = "; hệ" if in_chat else "\nHệ"
    return Outgoing(
        f"{ended(assignment.task.directive)}. Còn báo cáo, đề nghị gửi {where}{apart} thống giữ và chuyển "
        "người tổng hợp.",
        wants_words=True,
    )


def over(assignment: Assignment) -> Outgoing:
    """To who would change something of a closed directive."""
    return Outgoing(f"{ended(assignment.task.directive)}; những gì đã ghi nhận được giữ nguyên.")


def kept(submission: Submission, refused: Sequence[str]) -> Outgoing:
    directive = submission.assignment.task.directive
    at = f" lúc {stamp(directive.closed_at)}" if directive.closed_at else ""
    text = (
        f"{ended(directive)}{at}. Đã giữ {files(len(submission.files))} đến lúc "
        f"{stamp(submission.arrived_at)} (mã {code(submission)}) và chuyển người tổng hợp xem xét; "
        "đồng chí không phải gửi lại. Trân trọng cảm ơn."
    )
    return Outgoing("\n".join([text, *refused]), about=f"receipt:{submission.id}")


def ask_to_record(submission: Submission, who: Person) -> Outgoing:
    """To the coordinator, after the files themselves."""
    assignment = submission.assignment
    return Outgoing(
        f"{assignment.office.name} ({comrade(who)}) gửi {files(len(submission.files))} lúc "
        f"{stamp(submission.arrived_at)}, sau khi {paper(assignment.task.directive)} đã kết thúc. Tệp được giữ "
        f"(mã {code(submission)}), chưa tính là báo cáo. Ghi nhận cho việc {assignment.task.number}?",
        (row(("Ghi nhận", f"/ghisau {submission.id} 1"), ("Không ghi nhận", f"/ghisau {submission.id} 0")),),
        about=f"late:{submission.id}",
    )


def decided(submission: Submission, at: datetime | None = None) -> Outgoing:
    """`at`: when the office hears of it, if not at once."""
    assignment = submission.assignment
    directive, about = assignment.task.directive, f"late:{submission.id}"
    if submission.confirmed_at is None:
        return Outgoing(
            f"Không ghi nhận tệp mã {code(submission)} của {assignment.office.name}; tệp vẫn được giữ.{later(at)}",
            about=about,
        )
    return Outgoing(
        f"Đã ghi nhận báo cáo mã {code(submission)} của {assignment.office.name}, đến lúc "
        f"{stamp(submission.arrived_at)}, sau khi kết thúc {paper(directive)} (việc {assignment.task.number}).{later(at)}",
        about=about,
    )


def taken_back(submission: Submission) -> Outgoing:
    """To the coordinator, who has the files in her chat."""
    return Outgoing(
        f"{submission.assignment.office.name} đã thu hồi tệp mã {code(submission)} gửi sau khi kết thúc; đề nghị đồng chí "
        "xóa tệp đã nhận ở đây.",
        about=f"late:{submission.id}",
    )


def told_office(submission: Submission) -> Outgoing:
    """What waits of the decision before gives way to it."""
    assignment = submission.assignment
    directive, about = assignment.task.directive, f"late_decided:{submission.id}"
    if submission.confirmed_at is None:
        return Outgoing(
            f"{directive.collector.name} đã xem tệp mã {code(submission)} của {assignment.office.name}: {paper(directive)} "
            "đã kết thúc nên chưa ghi nhận thêm. Cần trao đổi, đề nghị liên hệ người tổng hợp. Trân trọng.",
            about=about,
        )
    return Outgoing(
        f"{directive.collector.name} đã ghi nhận báo cáo mã {code(submission)} của {assignment.office.name}, gửi sau khi "
        f"kết thúc {paper(directive)}. Trân trọng cảm ơn.",
        about=about,
    )
