"""More time that is granted: to who asked, or to the office the coordinator names."""

from __future__ import annotations

import re
from datetime import date

from bot.clocks import local
from bot.messages import Outgoing
from bot.text import fold
from bot.vi import extension as vi
from bot.vi.common import deadline_of
from bot.vi.people import unknown_office
from db.directives import Assignment
from db.offices import Office, offices
from db.reports import Extension, waiting_extensions
from handlers import Turn
from handlers.deeds.instants import end_of
from handlers.deeds.ladder import hang
from handlers.deeds.others import office_named, owed_by
from handlers.deeds.requests import day_asked, reason_in

_OWN = re.compile(r"^(?:(?:em|anh|chi|toi|minh|cho|phep|phong) )*(?:xin|de nghi)\b")
_NAMED = re.compile(
    r"(?:gia|lùi|lui)\s+(?:hạn|han)\s+(?:cho\s+)?(?P<name>.+?)\s*(?:\b(?:việc|viec)\s+\d+\b.*|\b(?:đến|den|tới|toi|sang|ngày|ngay)\b.*|$)",
    re.IGNORECASE,
)


async def for_another(turn: Turn) -> Outgoing | None:
    """What a coordinator's words grant to an office, to be confirmed; None where they ask for her own."""
    if not turn.collecting or turn.text.startswith("/"):
        return None
    reason = reason_in(turn.text)
    said = turn.text if reason == turn.text.strip() else turn.text.replace(reason, " ")
    if (found := await office_named(turn, said)) is not None:
        return await _propose(turn, found.office)
    if _OWN.match(fold(turn.text)):
        return None
    if (named := _NAMED.search(said)) and fold(named["name"]) not in {"them", "duoc khong"}:
        return unknown_office(named["name"], [each.name for each in await offices(turn.work.session)])
    return vi.whose_extension()


async def _propose(turn: Turn, office: Office) -> Outgoing:
    owed = [each.assignment for each in await owed_by(turn, office)]
    if not owed:
        return vi.nothing_to_extend(office.name)
    until = day_asked(turn.text, local(turn.incoming.at).date())
    if until is None:
        turn.expect(f"grant:{owed[0].id}")
        return vi.ask_granted_day(owed[0])
    return await propose(turn, owed, until)


async def propose(turn: Turn, owed: list[Assignment], until: date) -> Outgoing:
    """The bot proposes: nothing changes before she presses."""
    assert turn.person is not None
    later = [each for each in owed if each.due_at is None or end_of(until) > each.due_at]
    if not later:
        turn.expect(f"grant:{owed[0].id}")
        return vi.extension_not_later(until, deadline_of(owed[0]))
    turn.expect("")
    asked = {"asked_by": turn.person.id, "asked_at": turn.work.now, "wanted_on": until, "reason": reason_in(turn.text)}
    found = [Extension(assignment=each, assignment_id=each.id, **asked) for each in later]
    turn.work.session.add_all(found)
    await turn.work.session.flush()
    return vi.propose_extension(found)


async def grant(turn: Turn, extension: Extension) -> None:
    """This office's deadline moves and its reminders with it; what else was asked for it, as early, is settled too."""
    assignment = extension.assignment
    extension.granted_to = end_of(extension.wanted_on)
    if assignment.mend_by is not None:  # more time to mend what was on time or late as it was
        assignment.mend_by = extension.granted_to
    else:
        assignment.extended_to = extension.granted_to
    for other in await waiting_extensions(turn.work.session, assignment.id):
        if other.wanted_on <= extension.wanted_on:
            other.decided_at, other.decided_by = extension.decided_at, extension.decided_by
            other.granted_to = extension.granted_to
    assignment.version += 1
    await turn.work.session.flush()
    await hang(turn.work, [assignment], turn.house)
