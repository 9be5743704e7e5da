"""Dates, names and the small phrases every conversation shares."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bot.clocks import local
from bot.messages import Button, Outgoing
from bot.text import capital, one_line
from db.directives import Assignment, Directive
from db.people import Person
from db.standing import Owed, Progress
from db.uploads import Link
from scheduler.workdays import Workdays

NOBODY = "chưa có ai kết nối"
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")

SHORT_KINDS = {"Công văn": "CV", "Thông báo": "TB", "Kế hoạch": "KH", "Quyết định": "QĐ", "Công điện": "CĐ"}
_PERIOD = re.compile(r" \(kỳ [^()]*\)$")
_DAY = re.compile(r"(\d{1,2})\s*(?:[/.-]|tháng)\s*(\d{1,2})")


def row(*buttons: tuple[str, str]) -> tuple[Button, ...]:
    return tuple(Button(label, says) for label, says in buttons)


def rows(*buttons: tuple[str, str]) -> tuple[tuple[Button, ...], ...]:
    """Each button in a row of its own: long labels stay readable on a phone."""
    return tuple(row(button) for button in buttons)


def day(moment: date | datetime) -> str:
    """`16/5`."""
    found = local(moment) if isinstance(moment, datetime) else moment
    return f"{found.day}/{found.month}"


def full_day(moment: date | datetime) -> str:
    """`16/5/2024`."""
    found = local(moment) if isinstance(moment, datetime) else moment
    return f"{found.day}/{found.month}/{found.year}"


def weekday(moment: date | datetime) -> str:
    """`thứ Năm 16/5`."""
    found = local(moment) if isinstance(moment, datetime) else moment
    return f"{WEEKDAYS[found.weekday()]} {day(moment)}"


def hour(moment: datetime) -> str:
    return f"{local(moment):%H:%M}"


def stamp(moment: datetime) -> str:
    """`15:20, 16/5`."""
    return f"{hour(moment)}, {day(moment)}"


def progress(found: Progress) -> str:
    """`5/9 báo cáo (1 đơn vị được miễn)`: of those asked when it was sent."""
    free = f" ({found.exempt} đơn vị được miễn)" if found.exempt else ""
    return f"{found.received}/{found.total} báo cáo{free}"


def comrade(person: Person) -> str:
    return f"đồng chí {person.name}"


def paper(directive: Directive) -> str:
    """The directive as a clerk names it, by its kind and with its period where it comes back; a blank number stays
    blank."""
    return f"{paper_alone(directive)}{of_period(directive)}"


def paper_alone(directive: Directive) -> str:
    """The paper, whichever of its periods is meant."""
    number = numbered(directive)
    return f"{kind(directive)} {'(chưa có số)' if not number else f'số {number}'}"


def kind(directive: Directive) -> str:
    """`Thông báo`, as the title of the paper says; «Công văn» where it has none."""
    return capital(str(directive.reading.get("doc_type") or "công văn"))


def short_paper(directive: Directive) -> str:
    """`CV 45/UBND-NV (kỳ tháng 2/2026)`."""
    return f"{short_alone(directive)}{of_period(directive)}"


def short_alone(directive: Directive) -> str:
    """`TB 61/TB-UBND`, whichever of its periods is meant."""
    word = SHORT_KINDS.get(kind(directive), kind(directive))
    return f"{word} {numbered(directive) or '(chưa có số)'}"


def of_period(directive: Directive) -> str:
    """` (kỳ tháng 2/2026)` of a period that was made of the one before; else nothing."""
    found = _PERIOD.search(directive.subject)
    return found[0] if found else ""


def subject_alone(directive: Directive) -> str:
    """Beside the paper, which names the period already."""
    return _PERIOD.sub("", directive.subject)


def ended(directive: Directive) -> str:
    """`Công văn số 30/UBND-NV đã kết thúc`, or was called off."""
    return f"{paper(directive)} {'đã được huỷ' if directive.cancelled_at else 'đã kết thúc'}"


def numbered(directive: Directive) -> str:
    """`30/UBND-NV`; `…/UBND-NV` while the number is to be filled in; empty without any."""
    number = directive.number or ""
    return f"…{number}" if number.startswith("/") else number


def label(assignment: Assignment, *, with_office: bool = False) -> str:
    """A task on a button: what tells it from its neighbours first, for only the end may be cut."""
    directive = assignment.task.directive
    office = f" – {assignment.office.name}" if with_office else ""
    return brief(f"Việc {assignment.task.number}, {short_paper(directive)}{office}", 60)


def end_of_day(due: datetime) -> str:
    """`hết` where the whole day is on time, else its last minute: `10:00`."""
    return "hết" if hour(due) == "23:59" else hour(due)


def deadline(words: str | None, due: datetime | None, target: datetime | None) -> str:
    """The paper's own words first, then what they mean: «trước ngày 17/5/2024, tức chậm nhất hết thứ Năm 16/5»."""
    if due is None:
        return words or "chưa xác định"
    end = end_of_day(due)
    meaning = f"chậm nhất {end} {weekday(due)}"
    if target is not None and local(target).date() < local(due).date():
        if words and end == "hết" and _names(words, local(due).date()):
            meaning = f"chậm nhất {end} {weekday(target)}; nhận trong {weekday(due)} vẫn tính đúng hạn"
            return f"{words}, tức {meaning}"
        meaning += f" (ngày làm việc cuối: {weekday(target)})"
    return f"{words}, tức {meaning}" if words else meaning


def _names(words: str, last: date) -> bool:
    """Whether «trước ngày X» is held to be kept on X too, as the coordinator may choose."""
    named = _DAY.search(words) if words.casefold().startswith("trước") else None
    return named is not None and (int(named[1]), int(named[2])) == (last.day, last.month)


def deadline_of(assignment: Assignment | Owed) -> str:
    """This office's deadline; an extension shows both dates, and so does a report to be mended."""
    task = assignment.task
    if assignment.mend_by:
        return f"bổ sung đến hết {weekday(assignment.mend_by)} (hạn nộp: {task.deadline_words or 'chưa xác định'})"
    if assignment.extended_to:
        before = task.deadline_words or (full_day(task.due_at) if task.due_at else "chưa xác định")
        return f"gia hạn đến hết {weekday(assignment.extended_to)} (hạn cũ: {before})"
    return deadline(task.deadline_words, task.due_at, task.target_at)


def left(assignment: Assignment | Owed, now: datetime, calendar: Workdays) -> str:
    """`còn 2 ngày làm việc`, `đến hạn hôm nay`, `quá hạn 1 ngày làm việc`; empty while undated. Before a deadline on a
    day off the last working day is named as such."""
    target, due = assignment.target_at, assignment.due_at
    if target is None or due is None:
        return ""
    today = local(now).date()
    if now > due and local(due).date() < today:
        late = max(1, -calendar.working_days_between(today, local(due).date()))
        return f"quá hạn {late} ngày làm việc"
    if now > due + timedelta(minutes=1):
        return f"quá hạn từ {hour(due)} hôm nay"
    days = calendar.working_days_between(today, local(target).date())
    if days > 0:
        return f"còn {days} ngày làm việc"
    if local(due).date() == today:
        return "đến hạn hôm nay"
    return (
        "hôm nay là ngày làm việc cuối" if calendar.is_working(today) else f"còn đến {end_of_day(due)} {weekday(due)}"
    )


def told(link: Link) -> str:
    """The address on a line of its own, so that it can be tapped and copied whole."""
    return f"\n{link.url}\nLiên kết dùng một lần, đến hết ngày {day(link.until)}; đề nghị không chuyển cho người khác."


def bracketed(reference: str) -> str:
    return f" ({reference})" if reference else ""


def files(count: int) -> str:
    return f"{count} tệp"


def listing(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def brief(text: str, limit: int = 160) -> str:
    return one_line(text, limit)


def refused(sentence: str) -> Outgoing:
    return Outgoing(sentence)


def later(at: datetime | None) -> str:
    """With a space before: when the office hears of what was decided, if not at once."""
    return f" Đơn vị được báo lúc {stamp(at)}." if at else ""
