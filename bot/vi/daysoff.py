"""The calendar of days off: what is known, what would change, and the year's swap asked for in December."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.messages import Outgoing
from bot.vi.common import brief, day, full_day, listing, paper, row, stamp, weekday
from db.daysoff import DayOff
from db.directives import Task
from scheduler.workdays import Workdays

AHEAD = 400
"""Days of which the holidays are listed."""
SHOWN = 5
SATURDAY = 5
USUAL = [True] * SATURDAY + [False]


def _swap(after: date, calendar: Workdays) -> tuple[date, date]:
    """The Monday of the next week after this day that is worked as usual, and its Saturday."""
    monday = after + timedelta(days=7 - after.weekday())
    while [calendar.is_working(monday + timedelta(days=n)) for n in range(SATURDAY + 1)] != USUAL:
        monday += timedelta(days=7)
    return monday, monday + timedelta(days=SATURDAY)


def examples(today: date, calendar: Workdays) -> str:
    """Of days that could be changed so."""
    off, worked = _swap(today, calendar)
    first, last = worked - timedelta(days=2), worked - timedelta(days=1)
    return (
        f"ngày nghỉ: nghỉ {full_day(off)}, làm bù {full_day(worked)}; ngày nghỉ: nghỉ {day(first)} đến {day(last)}; "
        f"ngày nghỉ: bỏ {full_day(off)}"
    )


def calendar_of(today: date, calendar: Workdays, own: Sequence[DayOff], shown: str) -> Outgoing:
    """Holidays and swaps ahead, and who changed what; `shown` are examples of what may be typed."""
    coming = [today + timedelta(days=n) for n in range(AHEAD)]
    off = [each for each in coming if each.weekday() < 5 and not calendar.is_working(each)]
    worked = [each for each in coming if each.weekday() >= 5 and calendar.is_working(each)]
    lines = [f"{weekday(each)}/{each.year}: {calendar.why_off(each)}" for each in off]
    lines += [f"{weekday(each)}/{each.year}: làm việc" for each in worked]
    text = f"Ngày nghỉ, ngày làm bù từ nay (ngoài thứ Bảy, Chủ nhật):\n{listing(lines)}"
    if own:
        said = [f"{_said(each.day, each.reason)} ({each.person.name}, {stamp(each.set_at)})" for each in own]
        text += f"\nĐã sửa tại đây:\n{listing(said)}"
    return Outgoing(f"{text}\nSửa: gõ «{shown}».", wants_words=True)


def not_read(shown: str) -> Outgoing:
    return Outgoing(f"Chưa rõ ngày, hoặc ngày đã qua, hoặc quá nhiều ngày một lần. Ví dụ: {shown}.", wants_words=True)


def nothing_new(days: Sequence[date], calendar: Workdays) -> Outgoing:
    lines = [_said(each, calendar.why_off(each)) for each in days]
    return Outgoing(f"Lịch đã như vậy, không có gì thay đổi:\n{listing(lines)}")


def preview(
    days: Sequence[date],
    before: Workdays,
    after: Workdays,
    moved: Sequence[tuple[Task, str, str]],
    counted: Sequence[Task],
) -> Outgoing:
    """`moved`: tasks with their reminders before and after; `counted`: whose deadline was counted in working days."""
    lines = [f"{_said(each, after.why_off(each))} (nay: {_now(each, before)})" for each in days]
    text = f"Sửa lịch nghỉ:\n{listing(lines)}"
    if moved:
        told = [f"{_task(task)}: {old or 'không còn'} → {new or 'không còn'}" for task, old, new in moved[:SHOWN]]
        rest = f"\n… và {len(moved) - SHOWN} việc khác." if len(moved) > SHOWN else ""
        text += f"\nLời nhắc đổi giờ của {len(moved)} việc:\n{listing(told)}{rest}"
    else:
        text += "\nLời nhắc của các công văn đang theo dõi không đổi."
    if counted:
        text += (
            f"\nHạn tính theo ngày làm việc, giữ như đã báo đơn vị: {'; '.join(map(_task, counted[:SHOWN]))}. "
            "Cần đổi: gõ «đính chính hạn»."
        )
    return Outgoing(text, (row(("Lưu lịch nghỉ", "/luulichnghi 1"), ("Thôi", "/luulichnghi 0")),), about="daysoff")


def saved(days: Sequence[date], calendar: Workdays, moved: int) -> Outgoing:
    """`moved`: how many tasks have reminders at another time, as the preview counts them."""
    lines = [_said(each, calendar.why_off(each)) for each in days]
    changed = f"Đã chuyển lời nhắc của {moved} việc theo lịch mới." if moved else "Không lời nhắc nào phải chuyển."
    return Outgoing(f"Đã lưu lịch nghỉ:\n{listing(lines)}\n{changed}", about="daysoff")


def left() -> Outgoing:
    return Outgoing("Lịch nghỉ giữ nguyên.", about="daysoff")


def nothing_to_save(shown: str) -> Outgoing:
    return Outgoing(f"Không có thay đổi lịch nghỉ nào đang chờ lưu. Sửa: gõ «{shown}».")


def about_swap(year: int) -> str:
    return f"swap:{year}"


def ask_swap(year: int, calendar: Workdays) -> Outgoing:
    off, worked = _swap(date(year, 1, 1), calendar)
    return Outgoing(
        f"Lịch nghỉ lễ, Tết năm {year} thường được thông báo vào dịp này, gồm cả ngày hoán đổi. Đề nghị đồng chí nhập để "
        f"tính đúng hạn và giờ nhắc, ví dụ: ngày nghỉ: nghỉ {full_day(off)}, làm bù {full_day(worked)}.",
        (row(("Xem lịch nghỉ", "/ngaynghi"), (f"Năm {year} không hoán đổi", f"/khonghoandoi {year}")),),
        about=about_swap(year),
    )


def no_swap(year: int) -> Outgoing:
    return Outgoing(f"Đã ghi nhận: năm {year} không có ngày hoán đổi.", about=about_swap(year))


def _said(found: date, reason: str | None) -> str:
    name = weekday(found).removesuffix(day(found)) + full_day(found)
    return f"{name}: nghỉ ({reason})" if reason and not reason.startswith("nghỉ") else f"{name}: {reason or 'làm việc'}"


def _now(found: date, calendar: Workdays) -> str:
    return calendar.why_off(found) or "làm việc"


def _task(task: Task) -> str:
    return brief(f"việc {task.number}, {paper(task.directive)}", 80)
