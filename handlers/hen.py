"""«Mai anh gửi»: a promise pauses reminding until its day, never past T-1."""

from __future__ import annotations

import re
from datetime import date

from bot.clocks import local
from bot.messages import Outgoing
from bot.text import fold
from bot.vi import promise as vi
from bot.vi.recording import nothing_to_record
from db.directives import Assignment
from db.post import next_rung
from db.standing import Line, line
from handlers import COMMANDS, Turn, command, expected
from handlers.deeds.asides import SYSTEM, answered_aside
from handlers.deeds.days import find_day
from handlers.deeds.others import office_named, owed_by
from handlers.deeds.owed import meant, open_lines, own, words
from scheduler.plan import RungKind

URGENT = [kind.value for kind in RungKind if kind.urgency >= RungKind.EVE.urgency]
"""Reminders no promise stops."""
_ELSEWHERE = (
    rf"(?=.*\b{SYSTEM}\b)(?:.*\b(?:roi|so \d+|\d+ bc)\b"
    r"|(?!.*\b(?:se|mai|chieu)\b).*\b(?:hom (?:nay|qua)|sang nay)\b)"
)
"""It has been sent by a system of the administration."""
_PROMISE = (
    rf"^(?!{_ELSEWHERE})(?!tra lai\b|nhac\b|(?:vi |tai )?sao\b|dat\b|dinh chinh\b|xem\b)"
    r"(?!.*\b(gia han|da (gui|nop|xong)|(gui|nop|xong) roi|chua|khong)\b)(?=.*\b(gui|nop|xong)\b)"
    r".*\b((?<!chi )(?<!co )(?<!em )(?<!anh )(?<!ba )mai|mot|hom nay|tuan sau|(dau|giua|cuoi) tuan"
    r"|chieu (nay|em|anh|chi|toi|se|gui|nop)|toi nay"
    r"|thu (hai|ba|tu|nam|sau|bay|[2-7])|ngay \d|\d{1,2} \d{1,2})\b"
)


_SIGNED = re.compile(r"\bban (ky|dau|chinh|do)\b")


@command("hen", listed=False, says=rf"^hen gui\b|{_PROMISE}")
async def promise(turn: Turn) -> Outgoing:
    """Hẹn ngày gửi báo cáo"""
    said = words(turn, "hen")
    until = _ahead(turn, said)
    if until is None and _sent_elsewhere(turn, said):
        return await COMMANDS["qlvb"].handle(turn)
    if until and (named := await office_named(turn, turn.text)):
        owed = await owed_by(turn, named.office)
        return await _note(turn, owed[0].assignment, until) if owed else nothing_to_record(named.office.name)
    found = await _signed_copy(turn) or await meant(turn, "hen")
    if until is None:
        turn.expect(f"promise:{found.assignment.id}")
        return vi.ask_promise_day()
    return await _note(turn, found.assignment, until)


def _sent_elsewhere(turn: Turn, said: str) -> bool:
    """By a system, on a day that has gone by."""
    by_system = re.search(rf"\b{SYSTEM}\b", fold(said)) is not None
    return by_system and find_day(said, local(turn.incoming.at).date(), past=True) is not None


async def _signed_copy(turn: Turn) -> Line | None:
    """The one report whose signed copy is spoken of."""
    if not _SIGNED.search(fold(turn.text)):
        return None
    waiting = [each for each in await open_lines(turn) if each.valid and "signed" in each.missing_parts]
    return waiting[0] if len(waiting) == 1 else None


@expected("promise")
async def day(turn: Turn) -> Outgoing:
    if (said := await answered_aside(turn, "hen")) is not None:
        return said
    until = _ahead(turn, turn.text)
    if until is None:
        return vi.ask_promise_day()
    return await _note(turn, await own(turn, turn.number(0)), until)


def _ahead(turn: Turn, text: str) -> date | None:
    """A day that has gone by is no promise."""
    today = local(turn.incoming.at).date()
    found = find_day(text, today)
    return found if found is not None and found >= today else None


async def _note(turn: Turn, assignment: Assignment, until: date) -> Outgoing:
    turn.expect("")
    found = await line(turn.work.session, assignment)
    if rest := bool(found.valid and found.missing_parts):
        assignment.rest_promised_on = until
    else:
        assignment.promised_on = until
    assignment.promised_by = turn.person.id if turn.person else None
    turn.work.log("promised", turn.contact, office_id=assignment.office_id, subject=f"assignment:{assignment.id}")
    if rest:
        return vi.promised_rest(found, until)
    if assignment.due_at is None or until <= local(assignment.due_at).date():
        return await _in_time(turn, assignment, until)
    if turn.work.now > assignment.due_at:
        return vi.promised_overdue(assignment, until)
    return vi.promise_too_late(assignment, until, await next_rung(turn.work.session, assignment, URGENT))


async def _in_time(turn: Turn, assignment: Assignment, until: date) -> Outgoing:
    """Whether there is a reminder before the day all the same, which no promise stops."""
    following = await next_rung(turn.work.session, assignment, URGENT)
    last = assignment.due_at is not None and until == local(assignment.due_at).date()
    if last or (following is not None and local(following).date() < until):
        return vi.promised_with_reminder(assignment, until, following, last_day=last)
    return vi.promised(assignment, until, today=until == local(turn.incoming.at).date())
