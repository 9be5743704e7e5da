"""Requests put to somebody who stood in and did not decide on them: put again, to who coordinates then."""

from __future__ import annotations

from datetime import timedelta

from bot.vi.elsewhere import confirm_elsewhere
from bot.vi.extension import decide_extension
from db import Work
from db.decisions import extensions_put_since
from db.people import Member, Person, Role
from db.reports import claims_since
from db.standing import line
from handlers.deeds.instants import end_of


async def put_again(work: Work, place: Member, person_id: int, later: timedelta = timedelta(0)) -> None:
    """What came for the coordinator while this place was held for another, in the words it came in."""
    if place.role != Role.COORDINATOR or place.approved_at is None:
        return
    for extension in await extensions_put_since(work.session, place.office_id, place.approved_at):
        found = await line(work.session, extension.assignment)
        asker = await work.session.get(Person, extension.asked_by)
        if asker is not None and not found.exempt and not found.on_time():
            message = decide_extension(extension, asker, end_of(extension.wanted_on))
            await work.tell(person_id, message, due_in=later, office_id=place.office_id)
    for claim in await claims_since(work.session, place.office_id, place.approved_at):
        found, who = await line(work.session, claim.assignment), await work.session.get(Person, claim.person_id or 0)
        if not found.valid and claim.stated_on is not None:
            message = confirm_elsewhere(found, claim.reference, claim.stated_on, who, claim.id)
            await work.tell(person_id, message, due_in=later, office_id=place.office_id)
