"""More time, an exemption, a task or a directive called off, for many offices at once: before, after, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from bot.messages import Outgoing
from bot.vi import card
from bot.vi.common import brief, day, deadline_of, full_day, label, listing, paper, row, rows, stamp, weekday
from db.changes import UNDO, Change, Kind, notice
from db.directives import Assignment, Directive, Task

OFFICES = "Các đơn vị"
REASON = 500
MOST_NAMED = 20
_ASK_REASON = {
    Kind.EXEMPT: "miễn báo cáo cho",
    Kind.TASK: "huỷ việc giao cho",
    Kind.DIRECTIVE: "huỷ công văn đã gửi",
}
_DONE = {
    Kind.EXTEND: "gia hạn",
    Kind.EXEMPT: "miễn báo cáo",
    Kind.TASK: "huỷ nhiệm vụ",
    Kind.DIRECTIVE: "huỷ công văn",
    Kind.CORRECT: "đính chính hạn",
}


def about(change: Change, assignment: Assignment) -> str:
    """What the notice to this office is about."""
    return notice(change.id, assignment.office_id)


def warnings(past: bool, clashes: Iterable[Task]) -> str:
    """Of a new day: that it has gone by, and tasks that should come before or after it and do not."""
    tasks = "; ".join(f"việc {each.number} (hết {weekday(each.target_at)})" for each in clashes if each.target_at)
    found = ["Hạn mới đã qua."] if past else []
    found += [f"Hạn mới không còn theo đúng thứ tự với {tasks}; đề nghị xem lại cả hạn đó."] if tasks else []
    return "".join(f"\nLưu ý: {each}" for each in found)


def undoable(change: Change, at: datetime) -> str:
    """`at`: when the offices hear of it."""
    tonight = change.made_at is not None and at - change.made_at > UNDO
    return "Có thể hoàn tác trước lúc đó." if tonight else "Có thể hoàn tác trong 10 phút."


def _about(change: Change, assigned: Sequence[Assignment]) -> str:
    """What her own messages are about, from the proposal on."""
    return f"correction:{assigned[0].task_id}" if change.kind == Kind.CORRECT else f"change:{change.id}"


def ask_day(assigned: Sequence[Assignment]) -> Outgoing:
    return Outgoing(
        f"Gia hạn cho {_names(assigned)} đến ngày nào? Hạn hiện nay: {deadline_of(assigned[0])}. "
        "Ví dụ: 20/5, chờ số liệu xã.",
        wants_words=True,
    )


def several_deadlines(assigned: Sequence[Assignment]) -> Outgoing:
    """So many days more would be another day for each."""
    known = dict.fromkeys(
        f"{label(each, with_office=True)}: hết {weekday(each.due_at)}" for each in assigned if each.due_at
    )
    return Outgoing(
        f"Hạn hiện nay không giống nhau:\n{listing(list(known)[:MOST_NAMED])}\nĐề nghị cho biết ngày gia hạn đến, ví dụ: "
        "gia hạn Tư pháp đến 22/5; hoặc nêu một việc: gia hạn Tư pháp việc 1 thêm 3 ngày.",
        wants_words=True,
    )


def counted(due: datetime, days: int, *, working: bool, moved: date | None) -> str:
    """`moved`: the day off that was counted to."""
    unit = "ngày làm việc" if working else "ngày"
    off = f", {day(moved)} là ngày nghỉ nên tính sang ngày làm việc tiếp theo" if moved else ""
    return f"Tính từ hạn hiện nay, {weekday(due)}: thêm {days} {unit}{off}."


def not_counted(undated: Sequence[Assignment], *, others: bool) -> str:
    """So many days more are after a deadline, and these have none; `others` have."""
    known = "; ".join(list(dict.fromkeys(label(each) for each in undated))[:MOST_NAMED])
    kept = ", không gia hạn lần này; cần gia hạn thì nêu ngày, ví dụ: gia hạn đến 22/5" if others else ""
    return f"{known} chưa có hạn nên không tính thêm ngày được{kept}."


def day_past(until: date) -> Outgoing:
    return Outgoing(
        f"Ngày {full_day(until)} đã qua. Đề nghị cho biết ngày gia hạn từ hôm nay trở đi. Không thay đổi nữa: gõ «thôi».",
        wants_words=True,
    )


def ask_reason(change: Change, assigned: Sequence[Assignment]) -> Outgoing:
    return Outgoing(
        f"Đề nghị cho biết lý do {_ASK_REASON[change.kind]} {_names(assigned)}, ví dụ: mới sáp nhập. "
        "Lý do được ghi vào nhật ký và báo cho đơn vị. Không thay đổi nữa: gõ «thôi».",
        wants_words=True,
    )


def which(change: Change, scopes: Sequence[Assignment], assigned: Sequence[Assignment]) -> Outgoing:
    """Of which task or directive; more time and exemptions may be for all of them."""
    if change.kind == Kind.DIRECTIVE:
        named = [(brief(paper(each.task.directive), 60), each.task.directive_id) for each in scopes]
    else:
        named = [(label(each), each.task_id) for each in scopes]
    every = (
        [] if change.kind in {Kind.TASK, Kind.DIRECTIVE} else [(f"Cả {len(scopes)} việc", f"/thaydoi {change.id} het")]
    )
    called_off = {Kind.TASK: "Huỷ nhiệm vụ nào?", Kind.DIRECTIVE: "Huỷ công văn nào?"}
    return Outgoing(
        called_off.get(change.kind) or f"{_what(change, assigned)}: việc nào?",
        rows(
            *((name, f"/thaydoi {change.id} chon {number}") for name, number in named),
            *every,
            ("Thôi", f"/thaydoi {change.id} thoi"),
        ),
        about=f"change:{change.id}",
    )


def which_to_call_off(draft: Directive, sent: Sequence[Directive]) -> Outgoing:
    """She may mean what is not sent yet."""
    return Outgoing(
        "Huỷ công văn nào?",
        rows(
            ("Bản nháp đang soạn", f"/huy {draft.id}"),
            *((brief(paper(each), 60), f"/huycongvan {each.id}") for each in sent),
        ),
    )


def preview(
    change: Change,
    ladders: Sequence[tuple[Sequence[Assignment], Sequence[datetime], Sequence[datetime]]],
    assigned: Sequence[Assignment],
    clashes: Iterable[Task] = (),
) -> Outgoing:
    """Before anything changes. `ladders`: those that are reminded alike, when they are and when they would be."""
    lines = [_ladder(change, *each) for each in ladders]
    reason = f"\nLý do: {brief(change.reason, REASON)}." if change.reason else ""
    done = [each for each in assigned if not any(each in group for group, _, _ in ladders)]
    known = f"\nĐã báo cáo hoặc được miễn, chỉ nhận thông báo: {_names(done)}." if done else ""
    return Outgoing(
        f"{_what(change, assigned)}?\n{listing(lines)}{known}{reason}{warnings(False, clashes)}\n"
        "Đơn vị được báo sau 10 phút, trong giờ làm việc; trong 10 phút đó đồng chí có thể hoàn tác.",
        (row((_verb(change, assigned), f"/thaydoi {change.id} lam"), ("Thôi", f"/thaydoi {change.id} thoi")),),
        about=f"change:{change.id}",
    )


def _ladder(change: Change, group: Sequence[Assignment], old: Sequence[datetime], new: Sequence[datetime]) -> str:
    directive = group[0].task.directive
    head = f"Việc {group[0].task.number}, {paper(directive)} (hạn {deadline_of(group[0])}): {_names(group)}."
    if change.kind != Kind.EXTEND:
        return f"{head} Dừng lịch nhắc: {_moments(old) or 'không còn'}."
    return f"{head} Lịch nhắc cũ: {_moments(old) or 'không còn'}. Lịch nhắc mới: {_moments(new) or 'không có'}."


def _verb(change: Change, assigned: Sequence[Assignment]) -> str:
    count = len({each.office_id for each in assigned})
    return {
        Kind.EXTEND: f"Gia hạn {count} đơn vị",
        Kind.EXEMPT: f"Miễn {count} đơn vị",
        Kind.TASK: "Huỷ nhiệm vụ",
        Kind.DIRECTIVE: "Huỷ công văn",
    }[change.kind]


def _what(change: Change, assigned: Sequence[Assignment]) -> str:
    verb = _verb(change, assigned)
    if change.kind == Kind.EXTEND and change.until is not None:
        return f"{verb} đến hết {weekday(change.until)}"
    if change.kind == Kind.TASK:
        return f"{verb} {assigned[0].task.number}, {paper(assigned[0].task.directive)}"
    return f"Huỷ {paper(assigned[0].task.directive)}" if change.kind == Kind.DIRECTIVE else verb


def made(change: Change, owing: Sequence[Assignment], told: int, silent: Sequence[str], at: datetime) -> Outgoing:
    """`at`: when the offices hear of it, if nothing is undone before; whom no chat reaches has to be called."""
    what = _what(change, owing)
    when = f" {told} đơn vị được báo lúc {stamp(at)}." if told else ""
    call = f" Chưa báo được qua trợ lý, đề nghị gọi: {', '.join(silent)}." if silent else ""
    return Outgoing(
        f"Đã {what[0].lower()}{what[1:]}: {_names(owing)}.{when}{call} {undoable(change, at)}",
        (row(("Hoàn tác", f"/hoantac {change.id}")),),
        about=f"change:{change.id}",
    )


def told_office(change: Change, mine: Sequence[Assignment]) -> Outgoing:
    """One notice an office, whatever number of tasks."""
    first, reason = mine[0], f" Lý do: {brief(change.reason, REASON)}." if change.reason else ""
    tasks = _tasks(mine)
    if change.kind == Kind.EXTEND:
        until = "; ".join(dict.fromkeys(deadline_of(each) for each in mine))
        text = f"{first.office.name} được {until}, theo {tasks}. Lời nhắc được chuyển theo hạn mới. Trân trọng."
        buttons = card.buttons(first, acknowledged=first.acknowledged_at is not None, questions=False)
        return Outgoing(text, buttons if len(mine) == 1 else (), about=about(change, first))
    what = {
        Kind.EXEMPT: f"Đơn vị được miễn báo cáo theo {tasks}.",
        Kind.TASK: f"Việc {first.task.number} theo {paper(first.task.directive)} đã được huỷ; đơn vị không phải báo cáo việc này nữa.",
        Kind.DIRECTIVE: f"{paper(first.task.directive)} đã được huỷ; đơn vị không phải thực hiện nữa.",
    }[change.kind]
    return Outgoing(f"Kính gửi {first.office.name}. {what}{reason} Trân trọng.", about=about(change, first))


def kept_reason(change: Change) -> str:
    """Of an exemption, as lists and the report's annex give it."""
    return {Kind.TASK: "nhiệm vụ đã huỷ: ", Kind.DIRECTIVE: "công văn đã huỷ: "}.get(change.kind, "") + change.reason


def undone(change: Change, back: Sequence[Assignment], kept: Sequence[Assignment]) -> Outgoing:
    text = f"Đã hoàn tác việc {_DONE[change.kind]}"
    if back:
        text += f": {_names(back)} trở lại như trước, cả hạn và lịch nhắc; chưa đơn vị nào được báo."
    if kept:
        text += f"{'' if back else '.'}\nĐã báo cáo hoặc có thay đổi khác sau đó nên giữ nguyên: {_names(kept)}."
    return Outgoing(text, about=_about(change, [*back, *kept]))


def too_late_to_undo(change: Change) -> Outgoing:
    until = "gia hạn lại hoặc đính chính hạn" if change.kind == Kind.EXTEND else "đề nghị trao đổi trực tiếp với đơn vị"
    at = f" lúc {stamp(change.made_at)}" if change.made_at else ""
    return Outgoing(
        f"Đã quá 10 phút từ khi {_DONE[change.kind]}{at}, đơn vị đã được báo nên không hoàn tác. Cần đổi: {until}."
    )


def nothing_to_undo() -> Outgoing:
    return Outgoing(
        "Không có việc gia hạn, miễn, huỷ, đính chính hay kết thúc nào trong 10 phút qua để hoàn tác. "
        "Trả lại nhầm một báo cáo: gõ «xem báo cáo», chọn báo cáo đó rồi «Bỏ trả lại»."
    )


def which_to_undo(change: Change) -> Outgoing:
    """She has done something else since, of a kind that is not undone."""
    at = f" lúc {stamp(change.made_at)}" if change.made_at else ""
    return Outgoing(
        f"Sau việc {_DONE[change.kind]}{at}, đồng chí còn làm việc khác không hoàn tác ở đây được. "
        f"Vẫn hoàn tác việc {_DONE[change.kind]}?",
        (row(("Hoàn tác", f"/hoantac {change.id}")),),
    )


def made_before(change: Change) -> Outgoing:
    state = "đã được hoàn tác" if change.undone_at else "đã thực hiện"
    return Outgoing(f"Việc {_DONE[change.kind]} này {state}.", about=f"change:{change.id}")


def dropped(change: Change) -> Outgoing:
    return Outgoing(f"Không {_DONE[change.kind]}; hạn và lịch nhắc giữ nguyên.", about=f"change:{change.id}")


def nothing_left() -> Outgoing:
    return Outgoing("Các đơn vị này đã báo cáo hoặc đã được điều chỉnh; không còn gì để thay đổi.")


def no_such_number() -> Outgoing:
    return Outgoing(
        "Không thấy việc hoặc công văn mang số này trong các công văn đang theo dõi. Xem danh sách: gõ «ai chưa nộp»."
    )


def nothing_to_exempt(offices: str) -> Outgoing:
    return Outgoing(f"{offices} không còn báo cáo nào chưa nộp nên không cần miễn.")


def whom_to_exempt() -> Outgoing:
    return Outgoing("Miễn báo cáo cho đơn vị nào? Ví dụ: miễn Y tế, Tài chính, lý do mới sáp nhập.")


def _names(assigned: Iterable[Assignment]) -> str:
    names = list({each.office_id: each.office.name for each in assigned}.values())
    more = f" và {len(names) - MOST_NAMED} đơn vị khác" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _tasks(mine: Sequence[Assignment]) -> str:
    """`Công văn số 30/UBND-NV, việc 1 và 2; Công văn số 31/UBND-NV, việc 1`."""
    numbers: dict[int, list[str]] = {}
    papers: dict[int, str] = {}
    for each in mine:
        numbers.setdefault(each.task.directive_id, []).append(each.task.number)
        papers[each.task.directive_id] = paper(each.task.directive)
    return "; ".join(f"{papers[one]}, việc {' và '.join(each)}" for one, each in numbers.items())


def _moments(moments: Sequence[datetime]) -> str:
    return "; ".join(stamp(moment) for moment in moments)
