"""Who has not reported: the coordinator's list, whom to call, and which directive is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from bot.messages import Outgoing
from bot.vi.card import awaited, claim, state
from bot.vi.common import NOBODY, brief, day, deadline_of, full_day, listing, paper, row, rows, stamp, subject_alone
from bot.vi.common import progress as received
from bot.vi.paging import more, page_of
from db.directives import Assignment, Directive, Task
from db.seats import Seat
from db.standing import Facts, Glance, Owed, Progress, Standing

OVERDUE, UNOPENED, RECEIVED = "quá hạn", "chưa mở", "đã nhận, chưa nộp"
ELSEWHERE, PARTIAL, RETURNED = "báo đã gửi nơi khác hoặc hẹn gửi", "nộp thiếu", "đã trả lại"
NOTHING, EXEMPT, OWN, WHOLE = "không phát sinh", "được miễn", "phần của đơn vị tổng hợp", "đủ"
HANDED = "được giao"
TO_CALL = (OVERDUE, UNOPENED, RECEIVED, ELSEWHERE, PARTIAL, RETURNED)


@dataclass(frozen=True)
class Caller:
    """Who answers for an office and how to call; nobody connected is said too. `hands`: name and phone of those a task
    may be handed to, and in whose place they are or that it was handed to them, by their ids; `doubted`: when a file came of which they were asked whether it is meant, by task as
    the office owes it; `asked`: until when they asked for more time, likewise."""

    names: Sequence[str]
    phone: str = ""
    unreachable: str = ""
    noticed: str = ""
    delivered: str = ""
    waiting: Sequence[str] = ()
    hands: Mapping[int, tuple[str, str, str]] = field(default_factory=dict)
    doubted: Mapping[int, datetime] = field(default_factory=dict)
    asked: Mapping[int, date] = field(default_factory=dict)


@dataclass(frozen=True)
class TaskState:
    task: Task
    lines: Sequence[Facts]

    @cached_property
    def own(self) -> list[Facts]:
        """The collector's own part: one line, never in the groups of those to be called."""
        return [line for line in self.lines if line.collectors_part]

    @cached_property
    def done(self) -> int:
        return sum(line.reported for line in self.lines)

    @cached_property
    def exempt(self) -> int:
        """Of those done, the ones that need not report."""
        return sum(line.exempt and not line.valid for line in self.lines)

    @property
    def progress(self) -> Progress:
        return Progress(self.done, len(self.lines), self.exempt)

    def grouped(self, now: datetime) -> dict[str, list[Facts]]:
        found: dict[str, list[Facts]] = {}
        for line in self.lines:
            found.setdefault(_group(line, now), []).append(line)
        return found


def headline(directive: Directive) -> str:
    how = "huỷ" if directive.cancelled_at else "kết thúc"
    ended = f" Đã {how} lúc {stamp(directive.closed_at)}." if directive.closed_at else ""
    return f"{paper(directive)} – {brief(subject_alone(directive), 90)}.{ended}"


def tasks(states: Sequence[TaskState], callers: Mapping[int, Caller], now: datetime) -> str:
    return "\n\n".join(_task(found, callers, now) for found in states)


def overview(
    directive: Directive,
    states: Sequence[TaskState],
    callers: Mapping[int, Caller],
    now: datetime,
    page: int = 1,
    only: str = "",
) -> Outgoing:
    """`Còn 3/9 đơn vị …`, grouped, each line with the person responsible and how to call; of one task where `only` is
    its number."""
    text, pages = page_of(f"{headline(directive)} Đến {stamp(now)}:\n\n{tasks(states, callers, now)}", page)
    following = more(f"/missing {directive.id} {{}} {only}".rstrip(), page, pages)
    if directive.closed_at or 1 < page < pages:
        return Outgoing(text, following)
    dated = any(
        line.assignment.due_at and not line.reported and not line.collectors_part
        for found in states
        for line in found.lines
    )
    late = any(line.owes and line.overdue(now) and not line.collectors_part for found in states for line in found.lines)
    acts = (("Nhắc tất cả", f"/nhac {directive.id}"),) if dated else ()
    undated = [found.task for found in states if found.task.due_at is None and found.done < len(found.lines)]
    return Outgoing(
        text,
        (
            *following,
            row(*acts, ("Tin dán nhóm Zalo", f"/tindan {directive.id}")),
            *rows(*([("Công văn đôn đốc", f"/dondoc {directive.id}")] if late else [])),
            *rows(*((f"Ấn định hạn việc {task.number}", f"/han {task.id}") for task in undated)),
            row(("Tệp Excel", f"/tepthieu {directive.id}"), ("Kết thúc công văn", f"/ketthuc {directive.id}")),
        ),
    )


def _task(found: TaskState, callers: Mapping[int, Caller], now: datetime) -> str:
    total, groups = len(found.lines), found.grouped(now)
    head = f"Việc {found.task.number} ({brief(found.task.text, 60)}), hạn {_deadline(found)}:"
    left = f"còn {total - found.done}/{total} đơn vị chưa nộp" if found.done < total else f"đủ {total}/{total}"
    texts = [f"{head} {left}{_with_own(found)}."]
    for group in TO_CALL:
        if members := groups.get(group):
            texts.append(_named(group, [_line(line, callers, now) for line in members]))
    if nothing := groups.get(NOTHING):
        texts.append(_named(NOTHING, [line.assignment.office.name for line in nothing]))
    if free := groups.get(EXEMPT):
        texts.append(_named(EXEMPT, [_free(line) for line in free]))
    texts += [f"Phần của {line.assignment.office.name}: {state(line, now)}." for line in found.own]
    return "\n".join(texts)


def _with_own(found: TaskState) -> str:
    """So that the sum of the groups is right: her own part is listed apart."""
    if len(found.lines) - found.done == len(found.own):
        return ""
    return "".join(f", kể cả {line.assignment.office.name}" for line in found.own)


def _named(group: str, members: Sequence[str]) -> str:
    return f"{group.capitalize()} ({len(members)}):\n{listing(members)}"


def _deadline(found: TaskState) -> str:
    task = found.task
    if task.due_at is None:
        return "chưa xác định"
    return f"{task.deadline_words or full_day(task.due_at)}"


def _group(line: Facts, now: datetime) -> str:
    if line.collectors_part:
        return OWN
    standing = line.standing(now)
    if line.reported:
        # «Không phát sinh» is neither zero nor missing: named apart.
        apart = {Standing.PARTIAL: PARTIAL, Standing.NOTHING: NOTHING, Standing.EXEMPT: EXEMPT}
        return apart.get(standing, WHOLE)
    if standing == Standing.ELSEWHERE:
        return ELSEWHERE
    if line.overdue(now):
        return OVERDUE
    if standing == Standing.PROMISED:
        return ELSEWHERE
    return {Standing.UNOPENED: UNOPENED, Standing.RETURNED: RETURNED}.get(standing, RECEIVED)


def _line(line: Facts, callers: Mapping[int, Caller], now: datetime) -> str:
    assignment = line.assignment
    caller = callers.get(assignment.office.id, Caller(()))
    facts = [_responsible(caller, assignment.handed_to)]
    if caller.noticed and line.standing(now) == Standing.UNOPENED:
        facts.append(caller.noticed)
    if line.reported:
        facts.append(awaited(line, now))
    elif line.standing(now) in {Standing.ELSEWHERE, Standing.PROMISED, Standing.ANSWERING, Standing.RETURNED}:
        facts.append(state(line, now))
    elif assignment.promised_on:
        facts.append(f"đã hẹn {day(assignment.promised_on)}")
    facts += undecided(line, caller)
    if assignment.extended_to and not assignment.mend_by:
        facts.append(deadline_of(assignment))
    if not line.reported:
        facts += nudges_of(assignment)
    return f"{assignment.office.name}{_formerly(assignment)}: " + "; ".join(facts)


def undecided(line: Facts, caller: Caller) -> list[str]:
    """A file is here that does not count before its office says that it is meant; more time was asked for."""
    came, until = caller.doubted.get(line.assignment.id), caller.asked.get(line.assignment.id)
    return [
        *([f"có tệp đến lúc {stamp(came)}, chờ đơn vị xác nhận"] if came and not line.reported else []),
        *([f"xin gia hạn đến {day(until)}, chờ trả lời"] if until and not line.reported else []),
    ]


def _formerly(assignment: Assignment | Owed) -> str:
    asked_as = assignment.asked_as
    return f" (khi gửi: {asked_as})" if asked_as and asked_as != assignment.office.name else ""


def _responsible(caller: Caller, handed_to: int | None) -> str:
    """The one the task was handed to, else everybody of the office."""
    if handed_to is None or handed_to not in caller.hands:
        return who(caller)
    name, phone, how = caller.hands[handed_to]
    return f"{name} ({how}{f', {phone}' if phone else ''})"


def instead(seat: Seat) -> str:
    """`thay đồng chí Tư đến 16/5`."""
    return f"thay đồng chí {seat.instead_of}" + (f" đến {day(seat.until)}" if seat.until else "")


def _free(line: Facts) -> str:
    reason = line.reason if isinstance(line, Glance) else ""
    return line.assignment.office.name + (f": {reason}" if reason else "")


def nudges_of(assignment: Assignment | Owed) -> list[str]:
    """How often it was reminded, if at all."""
    if not assignment.nudges or assignment.nudged_at is None:
        return []
    return [f"đã nhắc {assignment.nudges} lần, lần cuối {stamp(assignment.nudged_at)}"]


def who(caller: Caller) -> str:
    if not caller.names:
        nobody = f"{', '.join(caller.waiting)} đang chờ đồng chí xác nhận" if caller.waiting else NOBODY
        return nobody + (f", gọi {caller.phone}" if caller.phone else "")
    phone = f" ({caller.phone})" if caller.phone else ""
    return ", ".join(caller.names) + phone + (f", {caller.unreachable}" if caller.unreachable else "")


def to_call(office: str, caller: Caller) -> str:
    return f"{office}: {who(caller)}"


def noticed(received: datetime | None, seen: datetime | None) -> str:
    """What the platform tells of what we said to an office; most tell nothing."""
    if seen is not None:
        return f"đã xem tin lúc {stamp(seen)}"
    return f"tin đã tới máy lúc {stamp(received)}" if received is not None else ""


def delivered(at: datetime | None) -> str:
    """To the platform, of what was said to an office last; whether it was received or seen, some tell besides."""
    return f"tin gần nhất gửi lúc {stamp(at)}" if at else "chưa gửi được tin nào"


def call_sheet(directive: Directive, states: Sequence[TaskState], callers: Mapping[int, Caller]) -> Outgoing | None:
    """Each office once: no chat reaches it, so somebody has to call. None if all are reached."""
    owed = [line for found in states for line in found.lines if line.owes and not line.collectors_part]
    owing = {line.assignment.office.id: line.assignment.office for line in owed}
    lines = [
        to_call(office.name, caller)
        for number, office in owing.items()
        if (caller := callers.get(number)) and (not caller.names or caller.unreachable)
    ]
    if not lines:
        return None
    return Outgoing(
        f"Sắp đến hoặc đã quá hạn {paper(directive)}. Các đơn vị sau chưa nhắc được qua trợ lý, đề nghị gọi điện:\n"
        + listing(lines),
        (row(("Mã mời", "/ma"), ("Tình hình báo cáo", f"/missing {directive.id}")),),
        about=f"calls:{directive.id}",
    )


def paste(directive: Directive, states: Sequence[TaskState], now: datetime) -> Outgoing:
    """Ready to paste into the Zalo group: no button, no name of a person."""
    texts = []
    for found in states:
        names = [line.assignment.office.name for line in found.lines if line.owes and not line.collectors_part]
        if names:
            texts.append(
                f"Việc {found.task.number}: đã nhận {received(found.progress)}; "
                f"chưa nhận được của {len(names)} đơn vị: {', '.join(names)}{_besides(found)}."
            )
    body = "\n".join(texts) or "Đã nhận đủ báo cáo của các đơn vị. Trân trọng cảm ơn."
    ask = "\nKính đề nghị các đơn vị quan tâm gửi báo cáo. Trân trọng." if texts else ""
    return Outgoing(f"Tình hình báo cáo theo {paper(directive)} đến {stamp(now)}:\n{body}{ask}")


def _besides(found: TaskState) -> str:
    """So that the sum is right: the collector's own part, and what was reported elsewhere and is not confirmed."""
    claimed = [
        f"{each.assignment.office.name} {claim(each)}" for each in found.lines if each.claimed and not each.reported
    ]
    rest = [f"phần của {line.assignment.office.name}" for line in found.own if not line.claimed]
    rest += claimed
    return f" (chưa kể {', '.join(rest)})" if rest else ""


def no_directive() -> Outgoing:
    return Outgoing(
        "Hiện không có công văn nào đang theo dõi. Gửi công văn (tệp, ảnh chụp hoặc nội dung) cho trợ lý để bắt đầu."
    )


def which_directive(
    found: Sequence[Directive], progress: Mapping[int, Progress], verb: str, tail: str = ""
) -> Outgoing:
    """How far each has come, and a button for each."""
    lines = [f"{paper(d)}: đã nhận {received(progress[d.id])}" for d in found]
    every = [("Tất cả công văn", "/missing het")] if verb == "missing" else []
    return Outgoing(
        "Đồng chí xem công văn nào?\n" + listing(lines),
        rows(
            *((brief(f"{paper(d)} – {brief(subject_alone(d), 30)}", 60), f"/{verb} {d.id}{tail}") for d in found),
            *every,
        ),
    )
