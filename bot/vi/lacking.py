"""Who has not reported, seen otherwise than by one directive: across all that are open, and of one office."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.files import safe_name
from bot.messages import Outgoing
from bot.text import capital
from bot.vi import missing
from bot.vi.card import state
from bot.vi.common import brief, deadline_of, left, listing, numbered, of_period, paper, row, rows, stamp
from bot.vi.missing import Caller, TaskState, nudges_of, undecided, who
from bot.vi.paging import more, page_of
from db.directives import Directive
from db.offices import Office
from db.standing import Facts, Glance
from scheduler.workdays import Workdays

COLUMNS = (
    ("TT", 5),
    ("Công văn", 20),
    ("Việc", 7),
    ("Cơ quan, đơn vị", 30),
    ("Tình hình", 30),
    ("Hạn", 34),
    ("Người phụ trách", 28),
    ("Điện thoại", 14),
    ("Số lần nhắc", 8),
    ("Nhắc lần cuối", 16),
    ("Tin của trợ lý", 26),
)
"""Of the list as .xlsx, with their widths in characters."""


def everywhere(
    found: Sequence[tuple[Directive, Sequence[TaskState]]], callers: Mapping[int, Caller], now: datetime, page: int
) -> Outgoing:
    """All open directives, one after another."""
    lists = [f"{missing.headline(each)}\n{missing.tasks(states, callers, now)}" for each, states in found]
    text, pages = page_of(f"Đến {stamp(now)}, {len(found)} công văn đang theo dõi.\n\n" + "\n\n".join(lists), page)
    ways = rows(*((brief(paper(each), 60), f"/missing {each.id}") for each, _ in found[:10])) if page == 1 else ()
    sheet = (row(("Tệp Excel", "/tepthieu het")),) if page == 1 else ()
    return Outgoing(text, (*more("/missing het {}", page, pages), *sheet, *ways))


def of_office(office: Office, found: Sequence[Facts], caller: Caller, now: datetime, calendar: Workdays) -> Outgoing:
    """Everything this office has still to send, the nearest deadline first."""
    if not found:
        return Outgoing(f"{office.name} đã nộp đủ báo cáo của các công văn đang theo dõi.")
    told = "; ".join(filter(None, (caller.delivered, caller.noticed)))
    told = f" {capital(told)}." if told else ""
    lines = ["; ".join(_facts(each, caller, now, calendar)) for each in found]
    owing = {each.assignment.task.directive_id: each.assignment.task.directive for each in found if each.owes}
    ways = [(f"Nhắc về {paper(each)}"[:60], f"/nhac {number} 2 {office.id}") for number, each in owing.items()]
    return Outgoing(f"{office.name}: {who(caller)}.{told}\nCòn {len(found)} việc:\n{listing(lines)}", rows(*ways))


def together(answers: Sequence[Outgoing]) -> Outgoing:
    """Of several offices, one after another."""
    buttons = tuple(row_ for each in answers for row_ in each.buttons)
    return Outgoing("\n\n".join(each.text for each in answers), buttons)


def _facts(line: Facts, caller: Caller, now: datetime, calendar: Workdays) -> Iterator[str]:
    assignment = line.assignment
    remaining = "" if line.reported else left(assignment, now, calendar)
    yield f"{paper(assignment.task.directive)}, việc {assignment.task.number}: {state(line, now)}"
    if assignment.due_at is not None:
        yield f"hạn {deadline_of(assignment)}" + (f", {remaining}" if remaining else "")
    yield from undecided(line, caller)
    yield from [] if line.reported else nudges_of(assignment)


def sheet_asked(directive: Directive | None) -> Outgoing:
    of = paper(directive) if directive else "các công văn đang theo dõi"
    return Outgoing(f"Đang lập danh sách (tệp Excel) của {of}. Hệ thống sẽ gửi trong ít phút.")


def sheet_failed() -> Outgoing:
    return Outgoing(
        "Chưa lập được danh sách (tệp Excel) do lỗi của hệ thống; nhật ký máy chủ đã ghi lại. Đề nghị thử lại sau; danh "
        "sách trong chat vẫn đầy đủ."
    )


def sheet_name(directive: Directive | None, now: datetime) -> str:
    """`Tình hình báo cáo 30-UBND-NV 0800 16-5.xlsx`."""
    of = f"{numbered(directive) or 'công văn'}{of_period(directive)}" if directive else "các công văn"
    when = stamp(now).replace(":", "").replace(",", "").replace("/", "-")
    return safe_name(f"Tình hình báo cáo {of.replace('/', '-')} {when}.xlsx")


def sheet_title(directive: Directive | None) -> str:
    return f"Tình hình báo cáo {paper(directive) if directive else 'các công văn đang theo dõi'}"


def sheet_row(place: int, line: Facts, caller: Caller | None, now: datetime) -> tuple[str | int, ...]:
    """In the order of `COLUMNS`."""
    assignment, caller = line.assignment, caller or Caller(())
    reason = line.reason if isinstance(line, Glance) and line.exempt else ""
    stands = state(line, now) + (f": {reason}" if reason else "")
    nudged = stamp(assignment.nudged_at) if assignment.nudged_at else ""
    return (
        place,
        f"{numbered(assignment.task.directive)}{of_period(assignment.task.directive)}",
        assignment.task.number,
        assignment.office.name,
        "; ".join([stands + (", quá hạn" if line.overdue(now) else ""), *undecided(line, caller)]),
        deadline_of(assignment),
        ", ".join(caller.names),
        caller.phone,
        assignment.nudges,
        nudged,
        "; ".join(filter(None, (caller.unreachable, caller.delivered, caller.noticed))),
    )
