"""«Nhắc tôi 8h mai»: what is answered, and what is said when it is time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.clocks import local
from bot.messages import Button, Outgoing
from bot.vi.card import my_work
from bot.vi.common import brief, deadline_of, left, listing, paper, row, rows, short_paper, stamp, weekday
from db.directives import Assignment, Directive
from db.own import OwnReminder
from db.standing import Line, Progress
from scheduler.workdays import Workdays

EXAMPLES = "nhắc tôi 8h mai; nhắc tôi chiều thứ Năm; nhắc tôi 14:30 ngày 20/5 gọi Phòng Y tế"


def when(moment: datetime) -> str:
    """`08:00 thứ Tư 15/5`."""
    return f"{local(moment):%H:%M} {weekday(moment)}"


def ask_when() -> Outgoing:
    return Outgoing(f"Đồng chí cần nhắc vào lúc nào? Ví dụ: {EXAMPLES}.", wants_words=True)


def gone_by_or_unclear() -> Outgoing:
    return Outgoing(f"Chưa rõ thời điểm, hoặc thời điểm đã qua. Đề nghị ghi lại, ví dụ: {EXAMPLES}.", wants_words=True)


LATER = ("nhắc tôi sau 2 giờ", "nhắc tôi 8h mai")


def busy(assignment: Assignment | None, now: datetime, calendar: Workdays) -> Outgoing:
    """`assignment`: what is owed first, if anything is."""
    if assignment is None:
        return Outgoing("Đồng chí cứ tiếp tục công việc. Hiện không có báo cáo nào chờ đồng chí.")
    when = f" hạn {deadline_of(assignment)}, {left(assignment, now, calendar)}" if assignment.due_at else ""
    return Outgoing(
        f"Đồng chí cứ tiếp tục công việc. Việc {assignment.task.number} theo {paper(assignment.task.directive)}"
        f"{when or ' chưa xác định hạn'}. Cần nhắc lại lúc khác: gõ, ví dụ, «nhắc tôi 14h».",
        (row(("Nhắc lại sau 2 giờ", "/nhaclai 0"), ("Nhắc lại 8h mai", "/nhaclai 1")),),
    )


def what_ends_reminders(
    owed: Sequence[Line], now: datetime, calendar: Workdays, *, coordinator: bool, may_hand: bool
) -> Outgoing:
    """To «đừng nhắn nữa»: why there are any, and each way to end or to pause them."""
    if not owed:
        more = " Bản tin buổi sáng và tin báo cáo đến vẫn gửi người tổng hợp; đi vắng: gõ «tôi nghỉ phép đến 20/5, cô Mai thay»."
        return Outgoing(
            "Đơn vị không còn báo cáo nào phải nhắc; hệ thống chỉ gửi khi có công văn mới."
            + (more if coordinator else "")
        )
    work = my_work(owed, now, calendar)
    only = owed[0].assignment if len(owed) == 1 else None
    tail = f" {only.id} {only.version}" if only else ""
    return Outgoing(
        f"Hệ thống chỉ nhắc báo cáo đơn vị chưa gửi, và thôi nhắc khi nhận được. {work.text}\n"
        "Để thôi nhắc: gửi báo cáo; «không phát sinh»; «đã gửi qua QLVB». Tạm dừng nhắc: hẹn ngày, ví dụ «mai tôi gửi»."
        + (" Giao người khác: «giao việc»." if may_hand else ""),
        (
            row(("Gửi báo cáo", f"/nop{tail}"), ("Đã gửi qua QLVB", f"/qlvb{tail}")),
            row(("Hẹn ngày gửi", f"/hen{tail}"), *((("Giao cho…", f"/giao{tail}"),) if may_hand else ())),
        ),
    )


def too_far(days: int) -> Outgoing:
    return Outgoing(f"Lời nhắc riêng đặt trước được nhiều nhất {days} ngày. Đề nghị chọn ngày gần hơn.")


def too_many(found: Sequence[OwnReminder]) -> Outgoing:
    listed = _listed(found)
    return Outgoing(f"Đồng chí đang có {len(found)} lời nhắc riêng, đề nghị bỏ bớt một:\n{listed}", _drops(found))


def planned(moment: datetime) -> Outgoing:
    return Outgoing(
        f"Lúc {when(moment)} hệ thống đã có lần nhắc theo lịch cho đồng chí; không đặt thêm. "
        "Cần nhắc việc khác: đề nghị ghi rõ việc, ví dụ: nhắc tôi 8h mai gọi Phòng Y tế."
    )


def kept(found: OwnReminder, wanted: datetime) -> Outgoing:
    """The time as it was read; outside working hours the next that is inside."""
    moved = local(wanted) != local(found.due_at)
    why = f" ({when(wanted)} là ngoài giờ làm việc)" if moved else ""
    return Outgoing(
        f"Sẽ nhắc đồng chí lúc {when(found.due_at)}{why}. Báo cáo nộp trước lúc đó thì thôi nhắc."
        if not found.noted
        else f"Sẽ nhắc đồng chí lúc {when(found.due_at)}{why}: «{brief(found.words, 120)}».",
        (row(("Thôi nhắc", f"/thoinhac {found.id}")),),
        about=f"own:{found.id}",
    )


def nothing_to_be_reminded_of() -> Outgoing:
    return Outgoing(
        "Hiện không có báo cáo nào chờ đồng chí nên chưa đặt lời nhắc. Nhắc việc khác: ghi kèm nội dung, ví dụ «nhắc tôi "
        "8h mai gọi Phòng Y tế»."
    )


def known_already(found: OwnReminder) -> Outgoing:
    return Outgoing(f"Lời nhắc lúc {when(found.due_at)} đã đặt trước đó.", (_drop(found, "Thôi nhắc"),))


def dropped(found: OwnReminder) -> Outgoing:
    return Outgoing(f"Đã bỏ lời nhắc lúc {when(found.due_at)}.", about=f"own:{found.id}")


def which_to_drop(found: Sequence[OwnReminder]) -> Outgoing:
    return Outgoing(f"Lời nhắc riêng đang chờ:\n{_listed(found)}", _drops(found))


def due(
    found: Sequence[OwnReminder],
    owed: Sequence[Line],
    collected: Sequence[tuple[Directive, Progress]],
    now: datetime,
    calendar: Workdays,
) -> Outgoing:
    """What they asked for, in their words, and how it stands with what they owe or collect."""
    parts = [f"Đồng chí đặt lúc {stamp(each.asked_at)}: «{brief(each.words, 200)}»." for each in found]
    buttons: tuple[tuple[Button, ...], ...] = ()
    if owed:
        work = my_work(owed, now, calendar)
        parts, buttons = [*parts, work.text], work.buttons
    parts += [f"{paper(each)}: đã có {progress.done}/{progress.total} báo cáo." for each, progress in collected]
    looks = [(f"Tình hình {short_paper(each)}", f"/missing {each.id}") for each, _ in collected]
    return Outgoing("\n".join(parts), (*buttons, *rows(*looks)))


def _listed(found: Sequence[OwnReminder]) -> str:
    return listing(f"{when(each.due_at)}: «{brief(each.words, 80)}»" for each in found)


def _drops(found: Sequence[OwnReminder]) -> tuple[tuple[Button, ...], ...]:
    return tuple(_drop(each, f"Bỏ {when(each.due_at)}") for each in found)


def _drop(found: OwnReminder, label: str) -> tuple[Button, ...]:
    return row((label, f"/thoinhac {found.id}"))
