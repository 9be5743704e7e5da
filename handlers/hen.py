"""«Mai anh gửi»: a promise pauses reminding until its day, never past T-1."""

from __future__ import annotations

from datetime import date

from bot.clocks import local
from bot.messages import Outgoing
from bot.vi import card as vi
from db.directives import Assignment
from handlers import Turn, command, expected
from handlers.deeds.days import find_day
from handlers.deeds.others import office_said, owed_by
from handlers.deeds.owed import meant, own

_PROMISE = (
    r"^(?!.*\b(gia han|da (gui|nop|xong)|(gui|nop|xong) roi|chua|khong)\b)(?=.*\b(gui|nop|xong)\b)"
    r".*\b((?<!chi )(?<!co )(?<!em )(?<!anh )(?<!ba )mai|mot|chieu nay|toi nay|hom nay|tuan sau"
    r"|thu (hai|ba|tu|nam|sau|bay|[2-7])|ngay \d|\d{1,2} \d{1,2})\b"
)


@command("hen", listed=False, says=rf"^hen gui\b|{_PROMISE}")
async def promise(turn: Turn) -> Outgoing:
    """Hẹn ngày gửi báo cáo"""
    until = find_day(turn.text, local(turn.incoming.at).date())
    if until and (office := await office_said(turn, turn.text)) and (owed := await owed_by(turn, office)):
        return _note(turn, owed[0].assignment, until)
    found = await meant(turn, "hen")
    if until is None:
        turn.expect(f"promise:{found.assignment.id}")
        return vi.ask_promise_day()
    return _note(turn, found.assignment, until)


@expected("promise")
async def day(turn: Turn) -> Outgoing:
    until = find_day(turn.text, local(turn.incoming.at).date())
    if until is None:
        return vi.ask_promise_day()
    return _note(turn, await own(turn, turn.number(0)), until)


def _note(turn: Turn, assignment: Assignment, until: date) -> Outgoing:
    turn.expect("")
    assignment.promised_on = until
    assignment.promised_by = turn.person.id if turn.person else None
    turn.work.log("promised", turn.contact, office_id=assignment.office_id, subject=f"assignment:{assignment.id}")
    target = assignment.target_at
    if target is not None:
        last = local(target).date()
        eve = turn.house.calendar.add_working(last, -1)
        if until > last:
            return vi.promise_too_late(assignment, eve)
        if until > eve:
            return vi.promised_for_last_day(assignment, until, eve)
    return vi.promised(assignment, until)
