"""«Ngày nghỉ: nghỉ 4/1/2027, làm bù 9/1/2027»: the calendar, shown and put right by the coordinator."""

from __future__ import annotations

from dataclasses import replace

from bot.clocks import local
from bot.messages import Outgoing
from bot.text import fold
from bot.vi import daysoff as vi
from bot.vi.common import stamp
from db.daysoff import days_since, own_days, set_days
from db.directives import Task, every_open_directive, open_directives, tasks_of
from handlers import COORDINATOR, Aside, Turn, command, expected, intent
from handlers.deeds.daysoff import Change, move, pack, read_change, rehung, unpack

_DATED = r"(ngay )?(thu \w+ )?\d"


@command("ngaynghi", "lichnghi", who=COORDINATOR, says=rf"^(xem )?(ngay|lich) nghi\b|^nghi {_DATED}|^lam bu {_DATED}")
async def days(turn: Turn) -> Outgoing:
    """Xem, sửa lịch ngày nghỉ và ngày làm bù"""
    said = " ".join(turn.args) if turn.text.startswith("/") else turn.text
    if not any(letter.isdecimal() for letter in said):
        today = local(turn.work.now).date()
        turn.expect("daysoff:")
        own = await days_since(turn.work.session, today)
        return vi.calendar_of(today, turn.house.calendar, own, _examples(turn))
    return await _preview(turn, said)


@expected("daysoff", who=COORDINATOR)
async def typed(turn: Turn) -> Outgoing:
    """Days to change, or the word that saves what was shown."""
    if intent(turn.text) is not None:
        raise Aside
    folded = fold(turn.text)
    if folded in {"luu", "dong y"}:
        return await _decide(turn, save=True)
    if folded in {"thoi", "khong"}:
        return await _decide(turn, save=False)
    if not any(letter.isdecimal() for letter in turn.text):
        raise Aside
    return await _preview(turn, turn.text)


@command("luulichnghi", who=COORDINATOR, listed=False)
async def save(turn: Turn) -> Outgoing:
    """Lưu thay đổi lịch nghỉ"""
    return await _decide(turn, save=turn.number(0) == 1)


@command("khonghoandoi", who=COORDINATOR, listed=False)
async def no_swap(turn: Turn) -> Outgoing:
    """Ghi nhận năm không có ngày hoán đổi"""
    year = turn.number(0) or 0
    if not 2000 <= year <= 2100:
        return vi.not_read(_examples(turn))
    turn.work.log("no_swap", turn.contact, subject=f"year:{year}")
    return vi.no_swap(year)


async def _preview(turn: Turn, said: str) -> Outgoing:
    """What would change, before it does."""
    change, before = read_change(said, local(turn.work.now).date()), turn.house.calendar
    if change is None:
        turn.expect("daysoff:")
        return vi.not_read(_examples(turn))
    after, named = change.on(before), sorted([*change.days, *change.dropped])
    new = [day for day in named if after.is_working(day) != before.is_working(day)]
    if not new:
        turn.expect("")
        return vi.nothing_new(named, before)
    turn.expect(f"daysoff:{pack(change)}")
    directives = await open_directives(turn.work.session, turn.collecting)  # of others she sees nothing
    found = await rehung(turn.work, replace(turn.house, calendar=after), directives)
    moved = [(each.task, "; ".join(map(stamp, each.old)), "; ".join(map(stamp, each.new))) for each in found.moved]
    tasks = [task for directive in directives for task in await tasks_of(turn.work.session, directive.id)]
    return vi.preview(new, before, after, moved, [task for task in tasks if _counted(task, change, turn)])


def _examples(turn: Turn) -> str:
    return vi.examples(local(turn.work.now).date(), turn.house.calendar)


def _counted(task: Task, change: Change, turn: Turn) -> bool:
    """Whether its deadline was counted in working days over one of these."""
    due = task.due_at if task.rule == "relative_working_days" else None
    last = max([*change.days, *change.dropped])
    return due is not None and due > turn.work.now and min([*change.days, *change.dropped]) <= local(due).date() <= last


async def _decide(turn: Turn, *, save: bool) -> Outgoing:
    kind, _, packed = turn.contact.expects.partition(":")
    if kind != "daysoff" or not packed:
        return vi.nothing_to_save(_examples(turn))
    turn.expect("")
    if not save:
        return vi.left()
    assert turn.person is not None
    change, calendar, session = unpack(packed), turn.house.calendar, turn.work.session
    await set_days(session, change.days, change.dropped, turn.person.id, turn.work.now)
    turn.work.log("calendar_changed", turn.contact, days=packed)
    calendar.adopt(await own_days(session))  # should this not be committed, the next tick reads what holds
    moved = await move(turn.work, turn.house, await every_open_directive(session))
    hers = [each.task for each in moved if turn.collects(each.task.directive.collector_id)]
    return vi.saved(sorted([*change.days, *change.dropped]), calendar, len(hers))
