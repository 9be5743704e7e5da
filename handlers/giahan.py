"""Asking for more time, and the coordinator's answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.clocks import local
from bot.messages import Outgoing
from bot.text import one_line
from bot.vi import common
from bot.vi import extension as vi
from bot.vi import people as vi_people
from bot.vi.late import over
from db.changes import notice_of_day
from db.decisions import Extension, extensions_asked_by, waiting_extensions
from db.directives import Assignment
from db.people import Person
from db.standing import lines
from handlers import COORDINATOR, REPORTING, Aside, Turn, command, expected, intent
from handlers.deeds.asides import GIVEN_UP, TAKEN_BACK, answered_aside
from handlers.deeds.granting import for_another, grant, keep
from handlers.deeds.instants import end_of
from handlers.deeds.owed import card_of, meant, own, words
from handlers.deeds.reach import tell_collector
from handlers.deeds.requests import CARRIED, day_asked, excuses, more_asked, only_because, reason_in, says_something
from handlers.deeds.telling import tell_in_hours

_MORE = r"them (\d+|mot|hai|ba|bon|nam|sau|bay|muoi) (ngay|hom|bua|tuan)"


@command(
    "giahan",
    who=REPORTING,
    says=rf"^(?!{GIVEN_UP}|{TAKEN_BACK}|(?:\w+,? )?hoan tac\b)"
    r"(?=.*(?:\b(xin|de nghi|cho) .*(gia han|lui han|them thoi gian|khat)\b"
    r"|\b(gia|lui) han\b"
    rf"|\bxin (khat|{_MORE})\b|^(cho .{{1,80}} )?{_MORE}\b))",
)
async def ask(turn: Turn) -> Outgoing:
    """Xin gia hạn"""
    if (granted := await for_another(turn)) is not None:
        return granted
    found = await meant(turn, "giahan")
    return await _asked(turn, found.assignment, words(turn, "giahan"))


@expected("extension")
async def day(turn: Turn) -> Outgoing:
    """The day, or the reason; what was said before of the one waits for the other."""
    if (said := await answered_aside(turn, "giahan")) is not None:
        return said
    return await _asked(turn, await own(turn, turn.number(0)), turn.text, before=":".join(turn.args[1:]))


async def _asked(turn: Turn, assignment: Assignment, text: str, before: str = "") -> Outgoing:
    assert turn.person is not None
    now = local(turn.incoming.at).date()
    wanted, reason = _wanted(turn, assignment, text), reason_in(text) or before
    early = wanted is not None and assignment.due_at is not None and end_of(wanted) <= assignment.due_at
    if wanted is None or early or wanted < now:
        turn.expect(f"extension:{assignment.id}:{one_line(reason, CARRIED)}")
        words = common.deadline_of(assignment)
        if wanted is None:
            return vi.ask_extension_day(words, reason)
        return vi.extension_not_later(wanted, words) if early else vi.extension_day_past(wanted)
    mine = [
        each for each in await waiting_extensions(turn.work.session, assignment.id) if each.asked_by == turn.person.id
    ]
    extension = mine[-1] if mine else Extension(assignment=assignment, assignment_id=assignment.id, reason="")
    extension.asked_by, extension.asked_at, extension.wanted_on = turn.person.id, turn.work.now, wanted
    extension.reason = reason or extension.reason
    turn.work.session.add(extension)
    await turn.work.session.flush()
    office_id, subject = assignment.office_id, f"assignment:{assignment.id}"
    turn.work.log("extension_asked", turn.contact, office_id=office_id, subject=subject, extension=extension.id)
    turn.expect("" if extension.reason else f"because:{extension.id}")
    await _propose(turn, extension)
    return vi.extension_asked(end_of(wanted), extension.reason)


def _wanted(turn: Turn, assignment: Assignment, text: str) -> date | None:
    """The day that was said, or so much after the deadline."""
    more, due = more_asked(text), assignment.due_at
    if more is None or due is None:
        return day_asked(text, local(turn.incoming.at).date())
    return more.after(local(due).date(), turn.house.calendar)


@expected("because")
async def why(turn: Turn) -> Outgoing:
    """The reason of what was asked for a moment ago, unless this is about something else."""
    extension = await turn.work.session.get(Extension, turn.number(0) or 0)
    if extension is None or extension.decided_at is not None or not says_something(turn.text):
        raise Aside
    given = only_because(turn.text)
    if not given and (said := await answered_aside(turn, "giahan")) is not None:
        return said
    if not given and not excuses(turn.text) and intent(turn.text) not in {None, "hen", "missing", "lydo"}:
        raise Aside
    return await _explain(turn, extension, given or turn.text)


@command("lydo", listed=False, says=r"^(?:(?:la )?(?:vi|do)|ly do)\b(?! sao)")
async def reason_given(turn: Turn) -> Outgoing:
    """Lý do xin gia hạn"""
    assert turn.person is not None
    reason = only_because(turn.text)
    waiting = await extensions_asked_by(turn.work.session, turn.person.id) if reason else ()
    if not waiting:
        raise Aside
    return await _explain(turn, waiting[-1], reason)


async def _explain(turn: Turn, extension: Extension, reason: str) -> Outgoing:
    turn.expect("")
    extension.reason = "; ".join(filter(None, (extension.reason, one_line(reason))))
    await _propose(turn, extension)
    return vi.reason_passed(extension)


async def _propose(turn: Turn, extension: Extension) -> None:
    assert turn.person is not None
    message = vi.decide_extension(extension, turn.person, end_of(extension.wanted_on))
    await tell_collector(turn.work, extension.assignment.task.directive, message)


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
    asker = await turn.work.session.get(Person, extension.asked_by)
    if asker is not None and turn.number(2) not in {None, int(f"{extension.wanted_on:%Y%m%d}")}:
        return vi.decide_extension(extension, asker, end_of(extension.wanted_on))  # another day was asked for since
    extension.decided_at, extension.decided_by = turn.work.now, turn.person.id if turn.person else None
    office_id, subject = assignment.office_id, f"assignment:{assignment.id}"
    turn.work.log("extension_decided", turn.contact, office_id=office_id, subject=subject, extension=extension.id)
    [line] = await lines(turn.work.session, [assignment])
    if turn.number(1) == 1 and (line.exempt or line.on_time()):
        return vi.extension_needless(extension, exempt=line.exempt)
    if turn.number(1) == 1 and assignment.due_at and end_of(extension.wanted_on) <= assignment.due_at:
        overtaken = vi.extension_overtaken(extension)
        await keep(turn, extension)
        at = await _answer(turn, extension, overtaken, owed=line.owes)
        return replace(overtaken, text=f"{overtaken.text}{common.later(at)}")
    if turn.number(1) == 1:
        await grant(turn, extension)
    card = await card_of(turn, assignment)
    message = vi.extension_granted(extension, card) if extension.granted_to else vi.extension_refused(extension, card)
    return vi.extension_decided(extension, await _answer(turn, extension, message, owed=line.owes))


async def _answer(turn: Turn, extension: Extension, message: Outgoing, *, owed: bool) -> datetime | None:
    """Tell the office, in working hours; not what its deadline is, once it is another."""
    about = f"{notice_of_day(extension.assignment)}:{extension.id}"
    return await tell_in_hours(turn, extension.assignment, replace(message, about=about), while_owed=owed)
