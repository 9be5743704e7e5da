"""A task that was sent without a deadline gets one: from the coordinator, or from the day of a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.messages import Outgoing
from bot.vi.card import choices
from bot.vi.changing import undoable
from bot.vi.common import brief, deadline, full_day, later, paper, row, rows, stamp, weekday
from db.changes import Change
from db.directives import MEETING_RULE, Assignment, Task


def ask_deadline(task: Task) -> Outgoing:
    return Outgoing(
        f"Đề nghị nhập hạn của việc {task.number}, ví dụ: 14/6/2024; trước ngày 17/6/2024; hết tháng.", wants_words=True
    )


def which_task_to_date(undated: Sequence[Task], drafted: Task | None = None) -> Outgoing:
    """Of what was sent, or of the draft that has one of the same number."""
    if not undated:
        return Outgoing("Các việc đều đã có hạn.")
    own = [(f"Việc {drafted.number} của bản nháp", f"/sua {drafted.directive_id} han {drafted.id}")] if drafted else []
    return Outgoing(
        "Ấn định hạn cho việc nào? Ví dụ: hạn việc 3: 14/6/2024.",
        rows(*((f"Việc {task.number}: {brief(task.text, 40)}", f"/han {task.id}") for task in undated), *own),
    )


def already_dated(task: Task) -> Outgoing:
    return Outgoing(f"Việc {task.number} đã có hạn: {deadline(task.deadline_words, task.due_at, task.target_at)}.")


def deadline_set(task: Task, moments: Sequence[datetime], at: datetime | None) -> Outgoing:
    """`at`: when its offices hear of it, if not at once."""
    text = (
        f"Đã ấn định hạn việc {task.number}: {deadline(task.deadline_words, task.due_at, task.target_at)}.{later(at)}"
    )
    return Outgoing(text + ("\nNhắc: " + "; ".join(stamp(moment) for moment in moments) if moments else ""))


def ask_correction(task: Task) -> Outgoing:
    return Outgoing(
        f"Đính chính hạn việc {task.number} (nay: {deadline(task.deadline_words, task.due_at, task.target_at)}): "
        "đề nghị nhập hạn mới, ví dụ: trước ngày 20/5/2024.",
        wants_words=True,
    )


def which_task_to_correct(dated: Sequence[tuple[Task, str]]) -> Outgoing:
    """Each with what its button is worth."""
    if not dated:
        return Outgoing("Hiện không có việc nào đang theo dõi để đính chính hạn.")
    return Outgoing(
        "Đính chính hạn của việc nào?",
        rows(*((brief(f"Việc {each.number}, {paper(each.directive)}", 60), worth) for each, worth in dated)),
    )


def same_deadline(task: Task) -> Outgoing:
    return Outgoing(
        f"Hạn mới trùng với hạn hiện nay: {deadline(task.deadline_words, task.due_at, task.target_at)}. "
        "Đề nghị nhập hạn khác, hoặc gõ «thôi».",
        wants_words=True,
    )


def correction(
    task: Task, after: str, old: Sequence[datetime], new: Sequence[datetime], owing: int, value: str, notes: str
) -> Outgoing:
    """Before anything changes: both deadlines, both ladders, who would hear of it, and what would not fit."""
    before = deadline(task.deadline_words, task.due_at, task.target_at)
    return Outgoing(
        f"Đính chính hạn việc {task.number}, {paper(task.directive)}: từ «{before}» thành «{after}».\n"
        f"Lịch nhắc cũ: {_moments(old) or 'không còn'}.\nLịch nhắc mới: {_moments(new) or 'không có'}.\n"
        f"Đơn vị còn nợ báo cáo: {owing}.{notes}",
        rows(
            ("Lưu, báo đơn vị", f"{value} 1"),
            ("Lưu, báo và xin xác nhận lại", f"{value} 2"),
            ("Lưu, không báo", f"{value} 0"),
            ("Thôi", f"/dinhchinh {task.id} thoi"),
        ),
        about=f"correction:{task.id}",
    )


def corrected(
    task: Task, moments: Sequence[datetime], told: int, silent: Sequence[str], at: datetime, change: Change
) -> Outgoing:
    """`at`: when the offices hear of it, if it is not undone before; whom no chat reaches has to be called."""
    when = f"{told} đơn vị được báo lúc {stamp(at)}." if told else "" if silent else "Không báo đơn vị nào."
    call = f"Chưa báo được qua trợ lý, đề nghị gọi: {', '.join(silent)}." if silent else ""
    said = f"Đã đính chính hạn việc {task.number}: {deadline(task.deadline_words, task.due_at, task.target_at)}."
    return Outgoing(
        " ".join(part for part in (said, when, call, undoable(change, at)) if part)
        + (f"\nNhắc: {_moments(moments)}." if moments else ""),
        (row(("Hoàn tác", f"/hoantac {change.id}")),),
        about=f"correction:{task.id}",
    )


def changed_since(task: Task) -> Outgoing:
    return Outgoing(
        f"Hạn việc {task.number} đã thay đổi sau lần đính chính này, nay là "
        f"{deadline(task.deadline_words, task.due_at, task.target_at)}. Cần đổi: gõ «đính chính hạn»."
    )


def not_corrected(task: Task) -> Outgoing:
    return Outgoing(
        f"Hạn việc {task.number} giữ nguyên: {deadline(task.deadline_words, task.due_at, task.target_at)}.",
        about=f"correction:{task.id}",
    )


def ask_meeting_day(assignment: Assignment) -> Outgoing:
    return Outgoing(
        f"Cuộc họp theo {_of(assignment)} được bố trí vào ngày nào? Ví dụ: 14/6, hoặc: thứ Sáu tuần sau.",
        wants_words=True,
    )


def meeting_day_passed_on(day: date) -> Outgoing:
    return Outgoing(f"Đã chuyển ngày họp {weekday(day)} cho người tổng hợp. Trân trọng cảm ơn.")


def which_meeting(arranged: Sequence[Assignment]) -> Outgoing:
    return Outgoing("Cuộc họp nào?", choices("ngayhop", arranged))


def confirm_meeting_day(assignment: Assignment, day: date, served: Sequence[Task], *, told: bool = True) -> Outgoing:
    """The bot proposes: what is set by a meeting is dated when she says so. `told`: by the office that arranges it."""
    numbers = ", ".join(task.number for task in served)
    value = f"/ghingayhop {assignment.id} {day:%Y%m%d}"
    says = f"{assignment.office.name} báo cuộc họp" if told else "Cuộc họp"
    before = {task.named_on for task in served if task.rule == MEETING_RULE and task.named_on} - {day}
    instead = f", thay cho {', '.join(map(weekday, sorted(before)))}" if before else ""
    return Outgoing(
        f"{says} theo {paper(assignment.task.directive)} bố trí vào {weekday(day)}{instead}. "
        f"Ghi ngày này làm mốc của việc {numbers}?",
        (row(("Ghi ngày họp", f"{value} 1"), ("Không ghi", f"{value} 0")),),
        about=f"meeting:{assignment.id}",
    )


def before_meeting(day: date) -> str:
    return f"trước ngày họp {full_day(day)}"


def deadline_words(rule: str, day: date, clock: str | None) -> str:
    """`trước 16:00 ngày 17/5/2024`, as a paper would write it."""
    hour = f"{clock} " if clock else ""
    return f"{'trước' if rule == 'before' else 'chậm nhất'} {hour}ngày {full_day(day)}"


def meeting_day_kept(
    assignment: Assignment, day: date, dated: Sequence[tuple[Task, Sequence[datetime], datetime | None]]
) -> Outgoing:
    lines = [f"Đã ghi ngày họp {weekday(day)}."]
    for task, moments, at in dated:
        when = deadline(task.deadline_words, task.due_at, task.target_at)
        lines.append(f"Việc {task.number}: {when}.{later(at)}" + (f" Nhắc: {_moments(moments)}" if moments else ""))
    return Outgoing("\n".join(lines), about=f"meeting:{assignment.id}")


def meeting_day_left(assignment: Assignment) -> Outgoing:
    return Outgoing(
        f"Không ghi ngày họp; các việc theo {paper(assignment.task.directive)} giữ nguyên.",
        about=f"meeting:{assignment.id}",
    )


def no_meeting_to_arrange() -> Outgoing:
    return Outgoing("Hiện đơn vị không được giao bố trí cuộc họp nào. Xem việc đang chờ: gõ «còn gì».")


def _of(assignment: Assignment) -> str:
    return f"{paper(assignment.task.directive)}, việc {assignment.task.number}"


def _moments(moments: Sequence[datetime]) -> str:
    return "; ".join(stamp(moment) for moment in moments)
