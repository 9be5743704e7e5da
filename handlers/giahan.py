"""Asking for more time, and the coordinator's answer."""

from __future__ import annotations

import re
from datetime import date

from bot.clocks import local
from bot.messages import Outgoing
from bot.vi import common
from bot.vi import extension as vi
from bot.vi import people as vi_people
from bot.vi.late import over
from db.directives import Assignment
from db.reports import Extension, waiting_extension
from handlers import COORDINATOR, Turn, command, expected
from handlers.deeds.days import find_day
from handlers.deeds.instants import end_of
from handlers.deeds.ladder import hang
from handlers.deeds.owed import card_of, meant, own
from handlers.deeds.reach import tell_collector, tell_office


@command("giahan", says=r"\b(xin|de nghi|cho) .*(gia han|lui han|them thoi gian)|^gia han")
async def ask(turn: Turn) -> Outgoing:
    """Xin gia hạn"""
    found = await meant(turn, "giahan")
    wanted = find_day(turn.text, local(turn.incoming.at).date()) if not turn.text.startswith("/") else None
    if wanted is None:
        turn.expect(f"extension:{found.assignment.id}")
        return vi.ask_extension_day(common.deadline_of(found.assignment))
    return await _pass_on(turn, found.assignment, wanted)


_ASKING = r"\b(?:xin|đề nghị|de nghi|cho)\b[^,;.]*?(?:gia hạn|gia han|lùi hạn|lui han|thêm thời gian|them thoi gian)"
_DAY = (
    r"(?:(?:đến|den|tới|toi|sang|hết|het|ngày|ngay)\s+)*"
    r"(?:\d{1,2}\s*[/.\-]\s*\d{1,2}(?:\s*[/.\-]\s*\d{2,4})?|(?:thứ|thu)\s+\w+|(?:hết|het|cuối|cuoi)\s+(?:tháng|thang))"
)
_BECAUSE = r"^(?:vì|vi|do|lý do|ly do|để|de)\b[\s:]*"


def reason_in(text: str) -> str:
    """A request without its asking and its day: «xin gia hạn đến 20/5 vì chờ số liệu» → «chờ số liệu»."""
    rest = re.sub(f"{_ASKING}|{_DAY}", " ", text, flags=re.IGNORECASE)
    rest = " ".join(rest.split()).strip(" ,;.:–-")
    return re.sub(_BECAUSE, "", rest, flags=re.IGNORECASE)


@expected("extension")
async def day(turn: Turn) -> Outgoing:
    assignment = await own(turn, turn.number(0))
    wanted = find_day(turn.text, local(turn.incoming.at).date())
    if wanted is None:
        return vi.ask_extension_day(common.deadline_of(assignment))
    return await _pass_on(turn, assignment, wanted)


async def _pass_on(turn: Turn, assignment: Assignment, wanted: date) -> Outgoing:
    assert turn.person is not None
    if assignment.due_at is not None and end_of(wanted) <= assignment.due_at:
        turn.expect(f"extension:{assignment.id}")
        return vi.extension_not_later(wanted, common.deadline_of(assignment))
    turn.expect("")
    extension = await waiting_extension(turn.work.session, assignment.id)
    if extension is None:
        extension = Extension(assignment=assignment, assignment_id=assignment.id, asked_by=turn.person.id)
        turn.work.session.add(extension)
    extension.asked_at, extension.wanted_on, extension.reason = turn.work.now, wanted, reason_in(turn.text)
    await turn.work.session.flush()
    message = vi.decide_extension(extension, turn.person, end_of(wanted))
    await tell_collector(turn.work, assignment.task.directive, message)
    return vi.extension_asked(end_of(wanted))


@command("quyetgiahan", who=COORDINATOR, listed=False, decides=True)
async def decide(turn: Turn) -> Outgoing:
    """Quyết định gia hạn"""
    extension = await turn.work.session.get(Extension, turn.number(0) or 0)
    directive = extension.assignment.task.directive if extension else None
    if extension is None or directive is None or not directive.sent or not turn.collects(directive.collector_id):
        return vi_people.nothing_to_decide()
    if extension.decided_at is not None:
        return vi.extension_decided(extension)
    assignment = extension.assignment
    if assignment.task.directive.closed_at is not None:
        return over(assignment)
    if turn.number(1) not in {0, 1}:
        return vi_people.nothing_to_decide()
    extension.decided_at, extension.decided_by = turn.work.now, turn.person.id if turn.person else None
    if turn.number(1) == 1:
        extension.granted_to = assignment.extended_to = end_of(extension.wanted_on)
        assignment.version += 1
        await turn.work.session.flush()
        await hang(turn.work, [assignment], turn.house)
    turn.work.log(
        "extension_decided", turn.contact, office_id=assignment.office_id, subject=f"extension:{extension.id}"
    )
    card = await card_of(turn, assignment)
    message = vi.extension_granted(extension, card) if extension.granted_to else vi.extension_refused(extension, card)
    await tell_office(turn.work, assignment.office_id, message)
    return vi.extension_decided(extension)
