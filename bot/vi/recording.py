"""What reached the coordinator another way: for whom, how and when; entered, or proposed to be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.messages import Outgoing
from bot.vi.card import buttons
from bot.vi.common import comrade, files, full_day, label, later, paper, row, rows
from bot.vi.filing import WAYS, after_withdrawal, code, timely
from db.directives import Assignment
from db.people import Person
from db.reports import Submission, Way
from db.standing import Line


def propose_record(line: Line, way: Way, on: date, typed: str) -> Outgoing:
    """The coordinator said so in passing; nothing is entered before she presses."""
    assignment = line.assignment
    return Outgoing(
        f"Ghi nhận báo cáo của {assignment.office.name}, {WAYS[way]} ngày {full_day(on)}, theo "
        f"{paper(assignment.task.directive)}, việc {assignment.task.number}?",
        (row(("Ghi nhận", _enter(assignment, typed, on)), ("Thôi", "/huy")),),
    )


def _enter(assignment: Assignment, typed: str, on: date) -> str:
    return f"/ghinhan {assignment.office_id} {typed} {on:%Y-%m-%d} {assignment.id}"


def which_to_record(owed: Sequence[Assignment], way: Way, on: date, typed: str) -> Outgoing:
    """Several reports of this office are still to come."""
    return Outgoing(
        f"Ghi nhận báo cáo của {owed[0].office.name}, {WAYS[way]} ngày {full_day(on)}, cho việc nào?",
        rows(*((label(each), _enter(each, typed, on)) for each in owed)),
        about="which",
    )


def recorded(line: Line, submission: Submission, arrived: datetime, by: Person, at: datetime | None = None) -> Outgoing:
    """`at`: when the office hears of it, if not at once."""
    return Outgoing(
        f"Đã ghi nhận báo cáo của {line.assignment.office.name}, {_way_and_day(submission, arrived)}{_files(submission)}, "
        f"{paper(line.assignment.task.directive)}, việc {line.assignment.task.number}{timely(line)}. "
        f"Mã {code(submission)}. Người ghi: {comrade(by)}.{later(at)}",
        (row(("Thu hồi", f"/thuhoi {submission.id}")),),
        about=f"receipt:{submission.id}",
        wants_words=True,
    )


def _files(submission: Submission) -> str:
    return f", {len(submission.files)} tệp" if submission.files else ""


def whose(names: Sequence[str], count: int, offices: Sequence[tuple[int, str]]) -> Outgoing:
    """The coordinator forwarded what is no directive."""
    what = f"Tệp «{names[0]}»" if count == 1 and names else f"{count} tệp này"
    return Outgoing(
        f"{what} là báo cáo của đơn vị nào?",
        rows(*((name, f"/ghinhan {number}") for number, name in offices), ("Là công văn mới", "/congvanmoi")),
        about="which",
    )


def _way_and_day(submission: Submission, arrived: datetime) -> str:
    """`bản giấy ngày 16/5/2024`."""
    return f"{WAYS[submission.way]} ngày {full_day(submission.stated_on or arrived)}"


def nothing_to_record(office: str, kept: int = 0) -> Outgoing:
    """`kept`: so many files wait on, for another office."""
    wait = f" {files(kept)} vẫn chờ: đề nghị cho biết là của đơn vị nào, hoặc gõ «huỷ»." if kept else ""
    return Outgoing(
        f"{office} không còn báo cáo nào chờ ghi nhận; báo cáo đã nhận vẫn giữ nguyên.{wait}", wants_words=bool(kept)
    )


def ask_way(office: str) -> Outgoing:
    return Outgoing(
        f"Báo cáo của {office} đến bằng cách nào, ngày nào? Ví dụ: giấy 16/5; QLVB 15/5; Zalo hôm nay; điện thoại.",
        wants_words=True,
    )


def ask_office_to_record() -> Outgoing:
    return Outgoing("Ghi nhận cho đơn vị nào? Ví dụ: ghi nhận Y tế giấy 16/5.", wants_words=True)


def told_recorded(line: Line, submission: Submission) -> Outgoing:
    directive = line.assignment.task.directive
    return Outgoing(
        f"{directive.collector.name} đã ghi nhận báo cáo của {line.assignment.office.name} theo {paper(directive)}, việc "
        f"{line.assignment.task.number}, {_way_and_day(submission, submission.arrived_at)}{timely(line)}. "
        "Trân trọng cảm ơn.",
        about=record_about(submission),
    )


def record_about(submission: Submission) -> str:
    """What its office hears of what was entered for it."""
    return f"record:{submission.id}"


def told_unrecorded(line: Line, submission: Submission) -> Outgoing:
    assignment = line.assignment
    directive = assignment.task.directive
    return Outgoing(
        f"Kính gửi {assignment.office.name}. {directive.collector.name} đã thu hồi ghi nhận báo cáo mã {code(submission)} "
        f"({_way_and_day(submission, submission.arrived_at)}, {paper(directive)}, việc {assignment.task.number}). "
        f"{after_withdrawal(line)} Trân trọng.",
        () if line.valid else buttons(assignment, acknowledged=True, questions=False),
        about=record_about(submission),
    )
