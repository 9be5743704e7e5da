"""«Đã gửi qua QLVB»: believed, noted, and confirmed by the coordinator with one tap."""

from __future__ import annotations

import re

from bot.clocks import local
from bot.messages import Outgoing
from bot.text import fold
from bot.vi import elsewhere as vi
from bot.vi import people as vi_people
from db.changes import unsay
from db.directives import Assignment
from db.reports import Submission, Way
from db.standing import line
from handlers import COORDINATOR, Aside, Turn, command, expected, intent
from handlers.deeds.asides import answered_aside
from handlers.deeds.days import find_day
from handlers.deeds.filing import new_submission, tell_if_complete
from handlers.deeds.instants import noon
from handlers.deeds.late import meant_over
from handlers.deeds.owed import meant, own, words
from handlers.deeds.reach import tell_collector
from handlers.deeds.recording import propose_record
from handlers.deeds.telling import tell_in_hours
from handlers.deeds.words import REFERENCE, reference_in

_SENT = r"\b(da )?(gui|nop|chuyen)\b.*\b(qlvb|ioffice|i office|truc lien thong|he thong|eoffice|van thu)\b.*"

_UNKNOWN = re.compile(r"\b(khong|chua|quen)\b|^roi$")


@command("qlvb", listed=False, says=_SENT)
async def elsewhere(turn: Turn) -> Outgoing:
    """Báo đã gửi qua hệ thống QLVB"""
    if (proposed := await propose_record(turn)) is not None:
        return proposed
    assignment = await meant_over(turn, "qlvb") or (await meant(turn, "qlvb")).assignment
    said = words(turn, "qlvb").replace(assignment.task.directive.number or " ", " ")
    if written := reference_in(said):
        return await _note(turn, assignment, written, said)
    turn.expect(f"qlvb:{assignment.id}")
    return vi.ask_reference(assignment)


@expected("qlvb")
async def reference(turn: Turn) -> Outgoing:
    assignment = await meant_over(turn, "qlvb") or await own(turn, turn.number(0))
    written = reference_in(turn.text)
    if written is None and not _UNKNOWN.search(fold(turn.text)):
        if (said := await answered_aside(turn, "qlvb")) is not None:
            return said
        if intent(turn.text) is not None:
            raise Aside
        if find_day(turn.text, local(turn.incoming.at).date(), past=True) is None:
            return vi.ask_reference(assignment)
    return await _note(turn, assignment, written or "", turn.text)


async def _note(turn: Turn, assignment: Assignment, reference: str, said: str) -> Outgoing:
    today = local(turn.incoming.at).date()
    rest = re.sub(REFERENCE, " ", said)
    sent_on = find_day(rest, today, past=True) or today
    if sent_on > today:
        turn.expect(f"qlvb:{assignment.id}")
        return vi.day_to_come(sent_on)
    arrived = turn.incoming.at if sent_on == today else noon(sent_on)
    submission = await new_submission(
        turn, assignment, Way.QLVB, arrived_at=arrived, stated_on=sent_on, reference=reference
    )
    turn.expect("")
    found = await line(turn.work.session, assignment)
    message = vi.confirm_elsewhere(found, reference, sent_on, turn.person, submission.id)
    await tell_collector(turn.work, assignment.task.directive, message)
    return vi.elsewhere_noted(assignment, reference, sent_on)


@command("xacnhan", who=COORDINATOR, listed=False, decides=True)
async def confirm(turn: Turn) -> Outgoing:
    """Xác nhận báo cáo gửi qua QLVB"""
    submission = await turn.work.session.get(Submission, turn.number(0) or 0)
    if submission is None or not turn.collects(submission.assignment.task.directive.collector_id):
        return vi_people.nothing_to_decide()
    assignment, at = submission.assignment, None
    directive = assignment.task.directive
    if submission.way != Way.QLVB or turn.number(1) not in {0, 1}:
        return vi_people.nothing_to_decide()
    if submission.refused_at is not None and turn.number(1) == 1:
        submission.refused_at = None  # seen after all
    if submission.waits_for_confirmation:
        if turn.number(1) == 1:
            submission.confirmed_at = turn.work.now
            await unsay(turn.work.session, [vi.not_seen_about(submission.id)], turn.work.machine)
        else:
            submission.refused_at = turn.work.now
            await turn.work.session.flush()
            owed = directive.closed_at is None and (await line(turn.work.session, assignment)).owes
            message = vi.elsewhere_not_seen(assignment, submission.id, turn.work.now)
            at = await tell_in_hours(turn, assignment, message, while_owed=owed)
        turn.work.log(
            "elsewhere_decided", turn.contact, office_id=assignment.office_id, subject=f"submission:{submission.id}"
        )
        await turn.work.session.flush()
        if directive.closed_at is None:
            await tell_if_complete(turn.work, assignment)
    found = await line(turn.work.session, assignment)
    return vi.elsewhere_confirmed(found) if submission.confirmed_at else vi.elsewhere_refused(found, at)
