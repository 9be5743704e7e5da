"""What an office hears: the task, the reminders, the answers to one tap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.clocks import local
from bot.messages import Button, Outgoing
from bot.text import one_line
from bot.vi.common import (
    bracketed,
    brief,
    day,
    deadline,
    deadline_of,
    ended,
    full_day,
    hour,
    label,
    left,
    paper,
    row,
    rows,
    stamp,
    subject_alone,
    told,
)
from db.directives import Assignment, Directive
from db.reports import Way
from db.standing import Facts, Line
from db.uploads import Link
from scheduler.workdays import Workdays

PARTS = {"soft": "bản Word", "signed": "bản ký"}
CARD_LIMIT = 700
TOLD_BEFORE = "hạn đã báo trước đó"


def buttons(
    assignment: Assignment, *, acknowledged: bool, questions: bool, may_hand: bool = False
) -> tuple[tuple[Button, ...], ...]:
    """The values bear the version of the deadline, so that an old button is known for what it is."""
    tail = f"{assignment.id} {assignment.version}"
    first = row(("Gửi báo cáo", f"/nop {tail}"), *((("Trả lời từng câu", f"/traloi {tail}"),) if questions else ()))
    second = row(("Đã gửi qua QLVB", f"/qlvb {tail}"))
    third = () if acknowledged else (row(("Đã nhận công văn", f"/nhan {tail}")),)
    return (first, second, *_meeting(assignment), *third, *(_handing(assignment, tail) if may_hand else ()))


def _handing(assignment: Assignment, tail: str) -> tuple[tuple[Button, ...], ...]:
    if assignment.handed_to is not None:
        return (row(("Thu lại việc", f"/thulai {tail}")),)
    return (row(("Giao cho…", f"/giao {tail}")),)


def _meeting(assignment: Assignment) -> tuple[tuple[Button, ...], ...]:
    """Only the office that arranges a meeting knows its day."""
    if not assignment.task.arranges_meeting:
        return ()
    said = "Báo" if assignment.due_at is None else "Đổi"
    return (row((f"{said} ngày họp", f"/ngayhop {assignment.id} {assignment.version}")),)


def assigned(
    assignment: Assignment,
    now: datetime,
    calendar: Workdays,
    *,
    questions: bool,
    may_hand: bool = False,
    handed: str = "",
    follows: Directive | None = None,
) -> Outgoing:
    """The first message: at most 700 characters, the paper's own deadline first. `handed`: who sees to it; `follows`:
    the directive that this one concludes."""
    acknowledged = assignment.acknowledged_at is not None
    text = _body(assignment, now, calendar, follows)
    if acknowledged and assignment.acknowledged_at:
        text += f"\n\nĐã nhận {hour(assignment.acknowledged_at)}, {day(assignment.acknowledged_at)}."
    if handed:
        text += f"\nNgười thực hiện: {handed}."
    listed = buttons(assignment, acknowledged=acknowledged, questions=questions, may_hand=may_hand)
    return Outgoing(text, listed, about=about(assignment.id))


def about(assignment_id: int) -> str:
    """What the first message of a task is about."""
    return f"card:{assignment_id}"


def _body(assignment: Assignment, now: datetime, calendar: Workdays, follows: Directive | None) -> str:
    task, directive = assignment.task, assignment.task.directive
    remaining = left(assignment, now, calendar)
    when = f"Hạn: {deadline_of(assignment)}" + (f", {remaining}." if remaining else ".")
    head = f"Kính gửi {assignment.office.name}.\n{when}\n{paper(directive)} – {brief(subject_alone(directive), 150)}."
    head += f" Tiếp theo {paper(follows)}." if follows else ""
    tail = ""
    if task.period_from and task.period_to:
        tail += f"\nSố liệu từ {full_day(task.period_from)} đến {full_day(task.period_to)}."
    if task.via or task.send_to:
        tail += f"\nGửi về {task.send_to or 'cơ quan tổng hợp'}" + (f" (qua {task.via})" if task.via else "") + "."
    room = CARD_LIMIT - len(head) - len(tail) - 60
    return f"{head}\nViệc: {one_line(task.text, room)}{tail}"


def dated(assignment: Assignment, now: datetime, calendar: Workdays, *, questions: bool, before: str = "") -> Outgoing:
    """A task that had no deadline has one now, or another in place of what was told `before`."""
    instead = f", thay cho {before}" if before else ""
    directive, remaining = assignment.task.directive, left(assignment, now, calendar)
    return Outgoing(
        f"Kính gửi {assignment.office.name}.\nViệc {assignment.task.number} theo {paper(directive)} "
        f"({brief(assignment.task.text, 90)}) nay có hạn: {deadline_of(assignment)}, {remaining}{instead}. Trân trọng.",
        buttons(assignment, acknowledged=assignment.acknowledged_at is not None, questions=questions),
    )


def corrected(assignment: Assignment, before: str, *, questions: bool) -> Outgoing:
    """Another deadline in the place of the one before; a day of the office's own stays."""
    known, task = assignment.acknowledged_at is not None, assignment.task
    own = assignment.due_at != task.due_at
    after = deadline(task.deadline_words, task.due_at, task.target_at)
    moved = f"Đơn vị vẫn được {deadline_of(assignment)}." if own else "Lời nhắc được chuyển theo hạn mới."
    return Outgoing(
        f"Kính gửi {assignment.office.name}. Đính chính hạn việc {task.number} theo {paper(task.directive)}: {after}, "
        f"thay cho {before}. {moved}{'' if known else ' Đề nghị xác nhận đã nhận.'} Trân trọng.",
        buttons(assignment, acknowledged=known, questions=questions),
        about=f"correction:{assignment.id}",
    )


def acknowledged(assignment: Assignment, card: Outgoing) -> Outgoing:
    moment = assignment.acknowledged_at
    said = f"Đã ghi nhận: đơn vị đã nhận công văn lúc {stamp(moment)}." if moment else ""
    return Outgoing(card.text, card.buttons, about=card.about, short=said)


def acknowledged_in_words(
    assignment: Assignment, card: Outgoing, now: datetime, calendar: Workdays, link: Link | None
) -> Outgoing:
    """«ok em» typed: a short line with what is next; the countdown goes on. Where the chat carries no files, the page
    that does."""
    moment, remaining = assignment.acknowledged_at, left(assignment, now, calendar)
    at = f" lúc {stamp(moment)}" if moment else ""
    when = f"Hạn: {deadline_of(assignment)}" + (f", {remaining}." if remaining else ".")
    where = f"\nGửi báo cáo tại liên kết riêng của đồng chí:{told(link)}" if link else ""
    return Outgoing(f"Đã ghi nhận: {assignment.office.name} đã nhận công văn{at}. {when}{where}", card.buttons)


MEANT = {
    "nop": "Gửi báo cáo",
    "kps": "Không phát sinh",
    "traloi": "Trả lời",
    "qlvb": "Đã gửi qua QLVB",
    "nhan": "Đã nhận công văn",
    "hen": "Hẹn gửi",
    "giahan": "Xin gia hạn",
    "ngayhop": "Báo ngày họp",
    "giao": "Giao việc",
    "thulai": "Thu lại việc",
}
"""What a person wants of a task, by the command that does it."""


def which_task(lines: Sequence[Line], verb: str) -> Outgoing:
    """Several tasks wait and the person did not say which."""
    owed = [line.assignment for line in lines]
    what = "việc" if len({each.office_id for each in owed}) < 2 else "đơn vị"
    return Outgoing(f"{MEANT[verb]} cho {what} nào?", choices(verb, owed))


def choices(verb: str, owed: Sequence[Assignment], *, with_office: bool = False) -> tuple[tuple[Button, ...], ...]:
    """A button for each task; an office with a single one among those of several offices is named alone."""
    offices = [each.office_id for each in owed]
    several = len(set(offices)) > 1
    return rows(
        *(
            (
                brief(each.office.name, 60)
                if several and offices.count(each.office_id) == 1
                else label(each, with_office=several or with_office),
                f"/{verb} {each.id} {each.version}",
            )
            for each in owed
        )
    )


def nothing_open() -> Outgoing:
    return Outgoing("Hiện đơn vị không có việc nào đang chờ báo cáo. Trân trọng cảm ơn.")


def my_work(lines: Sequence[Line], now: datetime, calendar: Workdays) -> Outgoing:
    """Exactly what lacks of each open directive, the nearest deadline first."""
    if not lines:
        return nothing_open()
    several = len({each.assignment.office_id for each in lines}) > 1
    offices = [f"{each.assignment.office.name}: " if several else "" for each in lines]
    texts = [
        f"{n}. {office}{_one(line, now, calendar)}"
        for n, (office, line) in enumerate(zip(offices, lines, strict=True), 1)
    ]
    found = hand_in([each.assignment for each in lines if not each.reported])
    meetings = tuple(button for each in lines for button in _meeting(each.assignment))
    dated = next((each.assignment.task_id for each in lines if each.assignment.due_at), None)
    reason = (row(("Vì sao hạn này", f"/visao {dated}" if len(lines) == 1 else "/visao")),) if dated else ()
    return Outgoing("Việc của đơn vị:\n" + "\n".join(texts), found + meetings + reason)


def no_such_work(lines: Sequence[Line], now: datetime, calendar: Workdays) -> Outgoing:
    """A number was named that nothing of theirs bears."""
    every = my_work(lines, now, calendar)
    return replace(every, text=f"Không thấy việc hoặc công văn mang số này trong các việc của đơn vị.\n{every.text}")


def hand_in(owed: Sequence[Assignment]) -> tuple[tuple[Button, ...], ...]:
    """A button a task, by its number; tasks of several papers may bear the same one, and one person several offices."""
    several = len({each.office_id for each in owed}) > 1
    numbers = [each.task.number for each in owed]
    names = [
        "Gửi báo cáo"
        if len(owed) == 1
        else f"Gửi báo cáo việc {each.task.number}"
        if numbers.count(each.task.number) == 1
        else f"Gửi: {label(each, with_office=several)}"
        for each in owed
    ]
    return tuple(row((name, f"/nop {each.id} {each.version}")) for name, each in zip(names, owed, strict=True))


def _one(line: Line, now: datetime, calendar: Workdays) -> str:
    assignment = line.assignment
    remaining = "" if line.reported else left(assignment, now, calendar)
    when = f"Hạn {deadline_of(assignment)}" if assignment.due_at else "Chưa xác định hạn"
    when += f", {remaining}" if remaining else ""
    return f"{paper(assignment.task.directive)}, việc {assignment.task.number}: {state(line, now)}. {when}."


def state(line: Facts, now: datetime) -> str:
    """The word a person sees."""
    word = str(line.standing(now))
    return {
        "exempt": "được miễn",
        "reported": "đã nộp",
        "nothing": "đã báo không phát sinh",
        "partial": f"đã nộp, {awaited(line, now)}",
        "returned": f"trả lại{f', hạn sửa {day(line.assignment.mend_by)}' if line.assignment.mend_by else ''}",
        "elsewhere": claim(line),
        "promised": f"hẹn gửi {day(line.assignment.promised_on)}" if line.assignment.promised_on else "",
        "answering": f"đang trả lời ({line.answered}/{line.questions} câu)",
        "acknowledged": "đã nhận công văn, chưa gửi báo cáo",
        "unopened": "chưa gửi báo cáo",
    }[word]


def claim(line: Facts) -> str:
    """What an office says it sent, while the coordinator has not confirmed it."""
    claimed = line.claimed
    if claimed is not None and claimed.way == Way.LATE:
        return "gửi tệp sau khi kết thúc, chờ ghi nhận"
    return f"báo đã gửi qua QLVB{bracketed(claimed.reference) if claimed else ''}, chờ xác nhận"


def awaited(line: Facts, now: datetime) -> str:
    """`chờ bản ký, hẹn gửi 15/5`."""
    promised = line.assignment.rest_promised_on
    word = "hẹn gửi" if promised and promised >= local(now).date() else "đã hẹn"
    return f"chờ {lacking(line)}" + (f", {word} {day(promised)}" if promised else "")


def lacking(line: Facts) -> str:
    return " và ".join(PARTS.get(part, part) for part in line.missing_parts)


def old_button(assignment: Assignment, card: Outgoing) -> Outgoing:
    return Outgoing(f"Nút này thuộc bản cũ; hạn hiện nay: {deadline_of(assignment)}.\n\n{card.text}", card.buttons)


def closed(assignment: Assignment) -> Outgoing:
    return Outgoing(f"{ended(assignment.task.directive)}. Còn báo cáo: gõ «gửi báo cáo».")
