"""What reached the coordinator another way: for whom, how and when; entered, or proposed to be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.messages import Outgoing
from bot.vi.common import comrade, files, full_day, paper, row, rows
from bot.vi.filing import WAYS, code, timely
from db.people import Person
from db.reports import Submission, Way
from db.standing import Line


def propose_record(line: Line, way: Way, on: date, typed: str) -> Outgoing:
    """The coordinator said so in passing; nothing is entered before she presses."""
    assignment = line.assignment
    number = assignment.task.number
    task = f" viec {number}" if number.isdigit() else ""
    return Outgoing(
        f"Ghi nhận báo cáo của {assignment.office.name}, {WAYS[way]} ngày {full_day(on)}, theo "
        f"{paper(assignment.task.directive)}, việc {assignment.task.number}?",
        (row(("Ghi nhận", f"/ghinhan {assignment.office_id} {typed} {on:%Y-%m-%d}{task}"), ("Thôi", "/huy")),),
    )


def recorded(line: Line, submission: Submission, arrived: datetime, by: Person) -> Outgoing:
    return Outgoing(
        f"Đã ghi nhận báo cáo của {line.assignment.office.name}, {_way_and_day(submission, arrived)}{_files(submission)}, "
        f"{paper(line.assignment.task.directive)}, việc {line.assignment.task.number}{timely(line)}. "
        f"Mã {code(submission)}. Người ghi: {comrade(by)}."
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
        "Trân trọng cảm ơn."
    )
