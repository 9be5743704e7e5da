"""Who has not reported: the coordinator's list, nudging, and what becomes of requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.messages import Outgoing
from bot.vi.card import lacking, state
from bot.vi.common import brief, day, deadline, deadline_of, full_day, listing, paper, row, rows, stamp, weekday
from db.directives import Directive, Task
from db.people import Person
from db.reports import Extension
from db.standing import Line, Standing

SHUT = "đã chặn trợ lý"
GROUPS = ("quá hạn", "chưa mở", "đã nhận, chưa nộp", "báo đã gửi nơi khác hoặc hẹn gửi", "nộp thiếu")


@dataclass(frozen=True)
class Caller:
    """Who answers for an office and how to call; nobody connected is said too."""

    names: Sequence[str]
    phone: str = ""
    unreachable: str = ""


@dataclass(frozen=True)
class TaskState:
    task: Task
    lines: Sequence[Line]
    callers: dict[int, Caller]

    @property
    def own(self) -> list[Line]:
        """The collector's own part: one line, never in the groups of those to be called."""
        return [line for line in self.lines if line.assignment.collectors_own and not line.reported]

    @property
    def done(self) -> int:
        return sum(line.reported for line in self.lines)


def overview(directive: Directive, states: Sequence[TaskState], now: datetime) -> Outgoing:
    """`Còn 3/9 đơn vị …`, grouped, each line with the person responsible and how to call."""
    parts = [f"{paper(directive)} – {brief(directive.subject, 90)}. Đến {stamp(now)}:"]
    parts += [_task(found, now) for found in states]
    owed = [line for found in states for line in found.lines if not line.reported and line not in found.own]
    acts = (("Nhắc tất cả", f"/nhac {directive.id}"),) if any(line.assignment.due_at for line in owed) else ()
    undated = [found.task for found in states if found.task.due_at is None and found.done < len(found.lines)]
    return Outgoing(
        "\n\n".join(parts),
        (
            row(*acts, ("Tin dán nhóm Zalo", f"/tindan {directive.id}")),
            *rows(*((f"Ấn định hạn việc {task.number}", f"/han {task.id}") for task in undated)),
            row(("Kết thúc công văn", f"/ketthuc {directive.id}")),
        ),
    )


def _task(found: TaskState, now: datetime) -> str:
    total = len(found.lines)
    head = f"Việc {found.task.number} ({brief(found.task.text, 60)}), hạn {_deadline(found)}:"
    if found.done == total:
        return f"{head} đủ {total}/{total}." + _own(found, now) + _partial(found, now) + _nothing(found, now)
    text = f"{head} còn {total - found.done}/{total} đơn vị chưa nộp."
    for group in GROUPS:
        members = [line for line in found.lines if _group(line, now) == group and line not in found.own]
        if members:
            text += f"\n{group.capitalize()} ({len(members)}):\n" + listing(_line(line, found, now) for line in members)
    return text + _nothing(found, now) + _own(found, now)


def _nothing(found: TaskState, now: datetime) -> str:
    """«Không phát sinh» is neither zero nor missing: named apart."""
    names = [line.assignment.office.name for line in found.lines if line.standing(now) == Standing.NOTHING]
    return f"\nKhông phát sinh ({len(names)}):\n" + listing(names) if names else ""


def _partial(found: TaskState, now: datetime) -> str:
    members = [line for line in found.lines if _group(line, now) == "nộp thiếu"]
    return f"\nNộp thiếu ({len(members)}):\n" + listing(_line(line, found, now) for line in members) if members else ""


def _deadline(found: TaskState) -> str:
    task = found.task
    if task.due_at is None:
        return "chưa xác định"
    return f"{task.deadline_words or full_day(task.due_at)}"


def _own(found: TaskState, now: datetime) -> str:
    return "".join(f"\nPhần của {line.assignment.office.name}: {state(line, now)}." for line in found.own)


def _group(line: Line, now: datetime) -> str:
    standing = line.standing(now)
    if standing == Standing.PARTIAL:
        return "nộp thiếu"
    if line.reported:
        return ""
    if standing in {Standing.ELSEWHERE, Standing.PROMISED}:
        return "báo đã gửi nơi khác hoặc hẹn gửi"
    if line.overdue(now):
        return "quá hạn"
    return "chưa mở" if standing == Standing.UNOPENED else "đã nhận, chưa nộp"


def _line(line: Line, found: TaskState, now: datetime) -> str:
    assignment = line.assignment
    caller = found.callers.get(assignment.office_id, Caller(()))
    facts = [_who(caller)]
    if line.reported:
        facts.append(f"chờ {lacking(line)}")
    elif line.standing(now) in {Standing.ELSEWHERE, Standing.PROMISED, Standing.ANSWERING}:
        facts.append(state(line, now))
    if assignment.extended_to:
        facts.append(deadline_of(assignment))
    if assignment.nudges and assignment.nudged_at and not line.reported:
        facts.append(f"đã nhắc {assignment.nudges} lần, lần cuối {stamp(assignment.nudged_at)}")
    return f"{assignment.office.name}: " + "; ".join(facts)


def _who(caller: Caller) -> str:
    if not caller.names:
        return "chưa có ai kết nối" + (f", gọi {caller.phone}" if caller.phone else "")
    phone = f" ({caller.phone})" if caller.phone else ""
    return ", ".join(caller.names) + phone + (f", {caller.unreachable}" if caller.unreachable else "")


def paste(directive: Directive, states: Sequence[TaskState], now: datetime) -> Outgoing:
    """Ready to paste into the Zalo group: no button, no name of a person."""
    texts = []
    for found in states:
        waiting = [line for line in found.lines if not line.reported and not line.claimed and line not in found.own]
        names = [line.assignment.office.name for line in waiting]
        if names:
            texts.append(
                f"Việc {found.task.number}: đã nhận {found.done}/{len(found.lines)} báo cáo; "
                f"chưa nhận được của {len(names)} đơn vị: {', '.join(names)}{_besides(found)}."
            )
    body = "\n".join(texts) or "Đã nhận đủ báo cáo của các đơn vị. Trân trọng cảm ơn."
    ask = "\nKính đề nghị các đơn vị quan tâm gửi báo cáo. Trân trọng." if texts else ""
    return Outgoing(f"Tình hình báo cáo theo {paper(directive)} đến {stamp(now)}:\n{body}{ask}")


def _besides(found: TaskState) -> str:
    """So that the sum is right: the collector's own part, and what was reported elsewhere and is not confirmed."""
    claimed = [line.assignment.office.name for line in found.lines if line.claimed and not line.reported]
    rest = [f"phần của {line.assignment.office.name}" for line in found.own if not line.claimed]
    rest += [f"{name} báo đã gửi qua QLVB" for name in claimed]
    return f" (chưa kể {', '.join(rest)})" if rest else ""


def no_directive() -> Outgoing:
    return Outgoing("Hiện không có công văn nào đang theo dõi. Gửi tệp công văn vào đây để bắt đầu.")


def which_directive(found: Sequence[Directive], verb: str) -> Outgoing:
    return Outgoing(
        "Đồng chí xem công văn nào?",
        rows(*((f"{paper(d)} – {brief(d.subject, 30)}"[:60], f"/{verb} {d.id}") for d in found)),
    )


def nudged(names: Sequence[str], paused: Sequence[str], unreachable: Sequence[str]) -> Outgoing:
    text = f"Đã nhắc {len(names)} đơn vị" + (":\n" + listing(names) if names else ".")
    if paused:
        text += "\nKhông nhắc (đã báo gửi nơi khác hoặc đã hẹn):\n" + listing(paused)
    if unreachable:
        text += "\nKhông có ai kết nối, đề nghị gọi:\n" + listing(unreachable)
    return Outgoing(text)


def nudge_again(directive: Directive, at: datetime) -> Outgoing:
    return Outgoing(
        f"Vừa nhắc lúc {stamp(at)} (chưa đến 2 giờ). Đồng chí có nhắc lại không?",
        (row(("Nhắc lại", f"/nhac {directive.id} 1"), ("Thôi", f"/nhac {directive.id} 0")),),
        about=f"nudge:{directive.id}",
    )


def not_nudged(directive: Directive) -> Outgoing:
    return Outgoing(f"Không nhắc lại {paper(directive)}.", about=f"nudge:{directive.id}")


def nobody_to_nudge() -> Outgoing:
    return Outgoing("Các đơn vị đều đã nộp hoặc đã báo; không còn đơn vị nào cần nhắc.")


def complete(directive: Directive, task: Task, total: int, on_time: int) -> Outgoing:
    timely = f" ({on_time} đúng hạn)" if task.due_at else ""
    return Outgoing(
        f"Đủ {total}/{total} báo cáo việc {task.number}, {paper(directive)}{timely}.",
        (row(("Tình hình báo cáo", f"/missing {directive.id}")),),
        about=f"complete:{task.id}",
    )


def not_reached(person: str, office: str, why: str) -> Outgoing:
    return Outgoing(f"Không gửi được cho {person} ({office}): {why}.")


def switched(person: str, office: str, channel: str) -> Outgoing:
    return Outgoing(f"{person} ({office}) không nhận được ở kênh cũ; đã chuyển sang {channel}.")


def ask_extension_day(words: str) -> Outgoing:
    return Outgoing(
        f"Hạn hiện nay: {words}. Đề nghị cho biết ngày xin gia hạn và lý do, ví dụ: 20/5, chờ số liệu xã.",
        wants_words=True,
    )


def extension_not_later(wanted: date, words: str) -> Outgoing:
    return Outgoing(
        f"Ngày {day(wanted)} không muộn hơn hạn hiện nay ({words}). Đề nghị cho biết ngày muộn hơn và lý do.",
        wants_words=True,
    )


def extension_asked(day: datetime) -> Outgoing:
    return Outgoing(
        f"Đã chuyển đề nghị gia hạn đến {weekday(day)} cho người tổng hợp. Trong khi chờ, hạn cũ vẫn giữ nguyên."
    )


def decide_extension(extension: Extension, who: Person, day: datetime) -> Outgoing:
    assignment = extension.assignment
    reason = f" Lý do: {brief(extension.reason, 300)}." if extension.reason else " Đơn vị chưa nêu lý do."
    return Outgoing(
        f"{assignment.office.name} ({who.name}) xin gia hạn đến {weekday(day)} cho {paper(assignment.task.directive)}, "
        f"việc {assignment.task.number} (hạn {deadline_of(assignment)}).{reason}",
        (row(("Đồng ý", f"/quyetgiahan {extension.id} 1"), ("Không đồng ý", f"/quyetgiahan {extension.id} 0")),),
        about=f"extension:{extension.id}",
    )


def extension_granted(extension: Extension, card: Outgoing) -> Outgoing:
    assignment = extension.assignment
    return Outgoing(
        f"{assignment.office.name} được {deadline_of(assignment)}, theo {paper(assignment.task.directive)}, "
        f"việc {assignment.task.number}. Lời nhắc được chuyển theo hạn mới. Trân trọng.",
        card.buttons,
    )


def extension_refused(extension: Extension, card: Outgoing) -> Outgoing:
    assignment = extension.assignment
    return Outgoing(
        f"Đề nghị gia hạn của {assignment.office.name} chưa được chấp thuận; "
        f"hạn vẫn là: {deadline_of(assignment)}. Trân trọng.",
        card.buttons,
    )


def extension_decided(extension: Extension) -> Outgoing:
    assignment = extension.assignment
    answer = "Đã đồng ý gia hạn" if extension.granted_to else "Đã trả lời không đồng ý gia hạn"
    return Outgoing(
        f"{answer}. {assignment.office.name}: {deadline_of(assignment)}.", about=f"extension:{extension.id}"
    )


def closed(directive: Directive, done: int, total: int) -> Outgoing:
    return Outgoing(
        f"Đã kết thúc {paper(directive)}: {done}/{total} báo cáo. Hệ thống không nhắc nữa; hồ sơ vẫn được giữ."
    )


def confirm_close(directive: Directive, missing: int) -> Outgoing:
    return Outgoing(
        f"Còn {missing} báo cáo chưa nhận của {paper(directive)}. Vẫn kết thúc?",
        (row(("Vẫn kết thúc", f"/ketthuc {directive.id} 1"), ("Để sau", f"/missing {directive.id}")),),
    )


def ask_deadline(task: Task) -> Outgoing:
    return Outgoing(
        f"Đề nghị nhập hạn của việc {task.number}, ví dụ: 14/6/2024; trước ngày 17/6/2024; hết tháng.", wants_words=True
    )


def which_task_to_date(undated: Sequence[Task]) -> Outgoing:
    if not undated:
        return Outgoing("Các việc đều đã có hạn.")
    return Outgoing(
        "Ấn định hạn cho việc nào? Ví dụ: hạn việc 3: 14/6/2024.",
        rows(*((f"Việc {task.number}: {brief(task.text, 40)}", f"/han {task.id}") for task in undated)),
    )


def already_dated(task: Task) -> Outgoing:
    return Outgoing(f"Việc {task.number} đã có hạn: {deadline(task.deadline_words, task.due_at, task.target_at)}.")


def deadline_set(task: Task, moments: Sequence[datetime]) -> Outgoing:
    text = f"Đã ấn định hạn việc {task.number}: {deadline(task.deadline_words, task.due_at, task.target_at)}."
    return Outgoing(text + ("\nNhắc: " + "; ".join(stamp(moment) for moment in moments) if moments else ""))


def apology(number: int) -> Outgoing:
    return Outgoing(
        f"Hệ thống gặp lỗi khi xử lý tin vừa rồi (mã {number}); tin đã được giữ lại. Đề nghị thử lại, hoặc báo người quản trị."
    )
