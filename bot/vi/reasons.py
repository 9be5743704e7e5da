"""«Vì sao?»: by which rule a day was computed, in a sentence or two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.clocks import local
from bot.messages import Outgoing
from bot.text import capital
from bot.vi.common import brief, day, deadline_of, end_of_day, full_day, hour, paper, weekday
from db.directives import MEETING_RULE, Assignment, Directive, Task
from scheduler.plan import BEFORE, Urgency
from scheduler.workdays import Workdays

LAW = "Bộ luật Dân sự 2015"
SHOWN = 15
"""Working days named one by one."""
_UNDATED = {
    "periodic": "Văn bản chỉ nêu chu kỳ, không nêu ngày cụ thể",
    "external_ref": "Văn bản dẫn hạn ở một văn bản khác",
    "immediate": "Văn bản yêu cầu làm ngay, không nêu ngày cụ thể",
    "event_based": "Hạn phụ thuộc một sự kiện chưa rõ ngày",
}
_ENDS = {"within_month": "tháng", "within_quarter": "quý", "from_quarter": "kỳ", "within_year": "năm"}


def because(task: Task, calendar: Workdays) -> str:
    """How a deadline that is not plain was computed; empty for one that is."""
    return _counted(task, calendar) or _day_off(task, calendar)


def why(owed: Task | Assignment, calendar: Workdays) -> str:
    """The rule of a deadline as it stands for everybody, or for this office."""
    task = owed if isinstance(owed, Task) else owed.task
    if isinstance(owed, Assignment) and owed.mend_by:
        return f"Báo cáo được trả lại để bổ sung; người tổng hợp ấn định hạn sửa đến hết {weekday(owed.mend_by)}."
    if isinstance(owed, Assignment) and owed.extended_to:
        return (
            f"Người tổng hợp đã gia hạn cho đơn vị đến hết {weekday(owed.extended_to)}; trước đó hạn là "
            f"{task.deadline_words or 'chưa xác định'}."
        )
    if task.due_at is None or task.named_on is None:
        return f"{_UNDATED.get(task.rule, 'Văn bản không nêu hạn')}; hạn chờ người tổng hợp ấn định."
    sentences = (_rule(task, calendar), _day_off(task, calendar), _data(task))
    return " ".join(capital(each) for each in sentences if each)


def _rule(task: Task, calendar: Workdays) -> str:
    assert task.due_at is not None
    assert task.named_on is not None
    named, words = task.named_on, f"«{task.deadline_words or full_day(task.named_on)}»"
    if task.named_time:
        return f"{words} nêu giờ cụ thể: phút cuối đúng hạn là {hour(task.due_at)} {weekday(task.due_at)}."
    if task.rule == MEETING_RULE:
        return f"Việc phục vụ cuộc họp {weekday(named)}, nên phải xong trong ngày liền trước, {weekday(task.due_at)}."
    if task.rule in BEFORE or task.rule.startswith("inherited"):
        if local(task.due_at).date() == named:
            return f"{words}: người tổng hợp chọn nhận cả trong ngày {day(named)}, nên đến hết ngày này vẫn đúng hạn."
        return f"{words} không kể ngày {day(named)}: chậm nhất là hết ngày liền trước, {weekday(task.due_at)}."
    if task.rule == "relative_working_days":
        return _counted(task, calendar) or f"{words}: đếm ngày làm việc, không tính ngày đầu ({LAW}, Điều 147)."
    if task.rule.startswith("relative"):
        return (
            f"{words}: đếm từ ngày liền sau, không tính ngày đầu ({LAW}, Điều 147); ngày cuối là ngày nghỉ thì chuyển sang "
            "ngày làm việc kế tiếp (Điều 148)."
        )
    if part := _ENDS.get(task.rule):
        return f"{words}: hạn là hết ngày {day(named)}, ngày cuối của {part} ({LAW}, Điều 146, 148)."
    return f"{words} kể cả ngày {day(named)}: đến hết 24 giờ ngày này ({LAW}, Điều 148)."


def _counted(task: Task, calendar: Workdays) -> str:
    """The working days, named one by one, where the paper tells its day of signing."""
    issued = _issued(task.directive)
    if task.rule != "relative_working_days" or issued is None or task.named_on is None:
        return ""
    days = [issued + timedelta(n) for n in range(1, (task.named_on - issued).days + 1)]
    worked = [each for each in days if calendar.is_working(each)]
    if len(worked) > SHOWN:
        return ""
    return f"{len(worked)} ngày làm việc sau ngày ký {day(issued)}: {', '.join(map(_worked, worked))}."


def _day_off(task: Task, calendar: Workdays) -> str:
    """Why one counts down to a day before the last one."""
    if task.due_at is None or task.target_at is None:
        return ""
    due = local(task.due_at).date()
    reason = calendar.why_off(due)
    if reason is None or local(task.target_at).date() >= due:
        return ""
    more = "" if reason.casefold() in {"thứ bảy", "chủ nhật"} else f" ({reason})"
    if task.directive.urgency == Urgency.FLASH:
        return f"{weekday(due)} là ngày nghỉ{more}; công văn hoả tốc nên vẫn nhắc cả ngày nghỉ."
    return (
        f"{weekday(due)} là ngày nghỉ{more} nên nhắc đến hết {weekday(task.target_at)}; "
        f"nộp đến {end_of_day(task.due_at)} {day(due)} vẫn đúng hạn."
    )


def _data(task: Task) -> str:
    if task.previous_id is None or task.period_from is None or task.period_to is None:
        return ""
    decree = ", từ ngày 15 đến ngày 14 theo Nghị định 09/2019/NĐ-CP" if task.period_from.day == 15 else ""
    return f"Kỳ số liệu {full_day(task.period_from)} – {full_day(task.period_to)}{decree}."


def _issued(directive: Directive) -> date | None:
    """The day of signing, if the paper gives a whole one."""
    written = directive.issued_on or ""
    return date.fromisoformat(written) if len(written) == 10 else None


def _worked(found: date) -> str:
    return day(found) + (" (làm bù)" if found.weekday() >= 5 else "")


def answer(found: Sequence[Task | Assignment], calendar: Workdays) -> Outgoing:
    if len(found) == 1:
        return Outgoing(why(found[0], calendar))
    lines = [f"{number}. {_name(each)}: {why(each, calendar)}" for number, each in enumerate(found, 1)]
    return Outgoing("\n".join(lines))


def no_such_day(asked: date, found: Sequence[Task | Assignment], calendar: Workdays) -> Outgoing:
    """No deadline of theirs falls on that day: what they are, and why."""
    return Outgoing(f"Không có hạn nào là {weekday(asked)}.\n{answer(found, calendar).text}")


def nothing_dated() -> Outgoing:
    return Outgoing("Hiện không có việc nào đang chờ để giải thích hạn.")


def _name(owed: Task | Assignment) -> str:
    task = owed if isinstance(owed, Task) else owed.task
    name = f"Việc {task.number}, {paper(task.directive)}"
    own = isinstance(owed, Assignment) and (owed.extended_to or owed.mend_by)
    return brief(f"{name}, {deadline_of(owed)}" if own and isinstance(owed, Assignment) else name, 120)
