"""More time that is granted: to who asked, or to the office the coordinator names."""

from __future__ import annotations

import re

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import extension as vi
from db.changes import last_correction, unsay
from db.decisions import Extension, extensions_asked_by, waiting_extensions
from handlers import Turn
from handlers.deeds.announcing import undone_until
from handlers.deeds.changing import extend
from handlers.deeds.instants import end_of
from handlers.deeds.ladder import hang
from handlers.deeds.making import move
from handlers.deeds.others import office_named
from handlers.deeds.reach import tell_collector
from handlers.deeds.requests import because
from handlers.deeds.whom import whom

_OWN = re.compile(r"^(?:(?:em|anh|chi|toi|minh|cho|phep|phong) )*(?:xin|de nghi)\b")


async def for_another(turn: Turn) -> Outgoing | None:
    """What a coordinator's words grant to offices, to be confirmed; None where they ask for her own."""
    pressed = turn.text.startswith("/") and (not turn.args or turn.args[0].isdecimal())
    if not turn.collecting or pressed:
        return None
    if _OWN.match(fold(turn.text)) and await office_named(turn, because(turn.text)[0]) is None:
        return None
    return await extend(turn, await whom(turn.work, turn.text))


async def keep(turn: Turn, extension: Extension) -> None:
    """The deadline that holds is late enough, and is told: it is this office's own, should a correction be undone."""
    assignment = extension.assignment
    extension.granted_to = assignment.due_at
    change = await last_correction(turn.work.session, assignment)
    if change is None or assignment.due_at is None or turn.work.now >= undone_until(turn, change, [assignment]):
        return
    move(assignment, assignment.due_at)
    await turn.work.session.flush()
    await hang(turn.work, [assignment], turn.house)


async def withdraw(turn: Turn) -> Outgoing | None:
    """What this person asked for and nobody has answered; None where there is nothing."""
    if turn.person is None:
        return None
    asked = await extensions_asked_by(turn.work.session, turn.person.id)
    mine = [each for each in asked if each.assignment.task.directive.closed_at is None]
    for each in mine:
        each.decided_at, each.decided_by = turn.work.now, turn.person.id
        office_id, subject = each.assignment.office_id, f"assignment:{each.assignment_id}"
        turn.work.log("extension_withdrawn", turn.contact, office_id=office_id, subject=subject, extension=each.id)
        await unsay(turn.work.session, [vi.about(each)], turn.work.machine)
        await tell_collector(turn.work, each.assignment.task.directive, vi.told_withdrawn(each, turn.person))
    turn.expect("" if mine else turn.contact.expects)
    return vi.withdrawn(mine) if mine else None


async def grant(turn: Turn, extension: Extension) -> None:
    """This office's deadline moves and its reminders with it; what else was asked for it, as early, is settled too."""
    assignment = extension.assignment
    extension.granted_to = end_of(extension.wanted_on)
    move(assignment, extension.granted_to)
    for other in await waiting_extensions(turn.work.session, assignment.id):
        if other.wanted_on <= extension.wanted_on:
            other.decided_at, other.decided_by = extension.decided_at, extension.decided_by
            other.granted_to = extension.granted_to
    await turn.work.session.flush()
    await hang(turn.work, [assignment], turn.house)
