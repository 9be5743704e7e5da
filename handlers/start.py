"""Joining: a code, consent, the coordinator's approval."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.messages import Outgoing
from bot.text import clean, fold
from bot.vi import people as vi
from bot.vi.handing import has_joined
from bot.vi.staffing import nobody_left
from db.directives import Directive, open_assignments
from db.invitations import Invitation, contact_to_join, find_invitation, issuer_of
from db.people import Member, Person, Role, add_office, find_office, people_with, waiting_places
from db.post import said_since
from db.seats import HEADS, OWING
from handlers import COORDINATOR, EVERYONE, STRANGERS, Aside, Rule, Silence, Turn, command, expected
from handlers.deeds.apps import join_app
from handlers.deeds.instants import today
from handlers.deeds.publishing import before_sending, catch_up
from handlers.deeds.reach import people_of, tell_coordinators
from handlers.deeds.staffing import leave_others, other_places, require_collectors
from handlers.deeds.strangers import told_once

TRIES, PER = 5, timedelta(hours=1)
WAITING = timedelta(minutes=5)
YES = {"dong y", "co", "ok", "vang", "da", "yes", "1"}
NO = {"khong dong y", "khong", "thoi", "2"}


@command("start", who=EVERYONE, listed=False)
async def start(turn: Turn) -> Outgoing:
    """Kết nối bằng mã mời"""
    code = re.sub(r"\D", "", "".join(turn.args) or turn.text)
    if len(code) != 8:
        if turn.person is not None and not turn.places:
            return await stranger(turn)
        return vi.already_bound(turn.places[0].office) if turn.places else told_once(turn, vi.stranger())
    if _tired(turn):
        raise Silence
    if (first := await contact_to_join(turn.work.session, code, turn.work.now)) is not None:
        return await join_app(turn, first)
    invitation = await find_invitation(turn.work.session, code)
    if (
        invitation is None
        or invitation.revoked_at
        or (not invitation.used_at and invitation.expires_at < turn.work.now)
    ):
        return await _wrong(turn)
    if any(place.office_id == invitation.office_id and place.role == invitation.role for place in turn.places):
        return vi.already_bound(invitation.office)
    if invitation.used_at is not None:
        return await _used_before(turn, invitation)
    if turn.person is not None and turn.person.consented_at is not None:
        return await _join(turn, turn.person, invitation)
    turn.expect(f"consent:{invitation.id}")
    return vi.ask_consent(invitation.office, Role(invitation.role))


def _tired(turn: Turn) -> bool:
    since = turn.work.now - PER
    recent = [stamp for stamp in turn.contact.wrong_codes if datetime.fromisoformat(stamp) > since]
    turn.contact.wrong_codes = recent
    return len(recent) >= TRIES


async def _wrong(turn: Turn) -> Outgoing:
    """The last of them is told to wait, and the coordinators hear of it; then there is silence."""
    turn.contact.wrong_codes = [*turn.contact.wrong_codes, turn.work.now.isoformat()]
    if len(turn.contact.wrong_codes) < TRIES:
        return vi.wrong_code()
    turn.work.log("wrong_codes", turn.contact)
    await tell_coordinators(turn.work, vi.many_wrong_codes(turn.contact.name, turn.contact.channel, TRIES))
    return vi.too_many_codes()


async def _used_before(turn: Turn, invitation: Invitation) -> Outgoing:
    if invitation.used_by == turn.contact.id:
        return vi.waits_for_approval(invitation.office)
    turn.contact.wrong_codes = [*turn.contact.wrong_codes, turn.work.now.isoformat()]
    turn.work.log("code_reused", turn.contact, office_id=invitation.office_id)
    notice = vi.code_reused(invitation, turn.contact.name)
    if not await said_since(turn.work.session, notice.about or "", turn.work.now - PER):
        await tell_coordinators(turn.work, notice)
    return vi.used_code()


@expected("consent")
async def consent(turn: Turn) -> Outgoing:
    invitation = await turn.work.session.get(Invitation, turn.number(0))
    assert invitation is not None
    said = fold(turn.text)
    if said in NO:
        turn.expect("")
        return vi.declined()
    if said not in YES:
        return vi.ask_consent(invitation.office, Role(invitation.role))
    turn.expect("")
    if invitation.used_at is not None:
        return await _used_before(turn, invitation)
    if invitation.revoked_at is not None or invitation.expires_at <= turn.work.now:
        return vi.wrong_code()
    person = turn.person or Person(name=clean(turn.incoming.sender_name) or vi.UNNAMED, phone=turn.incoming.phone or "")
    person.consented_at = turn.work.now
    turn.work.session.add(person)
    await turn.work.session.flush()
    turn.contact.person_id, turn.contact.person = person.id, person
    turn.work.log("consented", turn.contact)
    return await _join(turn, person, invitation)


async def _join(turn: Turn, person: Person, invitation: Invitation) -> Outgoing:
    first = invitation.role == Role.COORDINATOR and not await people_with(turn.work.session, Role.COORDINATOR)
    invitation.used_at, invitation.used_by = turn.work.now, turn.contact.id
    member = Member(
        person=person,
        person_id=person.id,
        office=invitation.office,
        office_id=invitation.office_id,
        role=invitation.role,
        asked_at=turn.work.now,
        approved_at=turn.work.now if first else None,
    )
    turn.work.session.add(member)
    await turn.work.session.flush()
    turn.work.log("joined", turn.contact, office_id=invitation.office_id, subject=f"member:{member.id}")
    if not first:
        if await _decides_alone(turn, person):
            return vi.ask_yourself(member)
        question = vi.wants_to_join(member, person.phone, await other_places(turn.work, member))
        await tell_coordinators(turn.work, question, but=person.id)
        return vi.waits_for_approval(invitation.office)
    if invitation.office.name == vi.PLACEHOLDER:
        turn.expect("collector")
        return vi.ask_collector()
    return vi.bound_coordinator(person, invitation.office)


async def _decides_alone(turn: Turn, person: Person) -> bool:
    """Whether this person is the only one who coordinates anywhere."""
    return {each.id for each in await people_with(turn.work.session, Role.COORDINATOR)} == {person.id}


@expected("collector")
async def name_collector(turn: Turn) -> Outgoing:
    """The first coordinator names the office that collects."""
    place = next((each for each in turn.places if each.office.name == vi.PLACEHOLDER), None)
    name = clean(turn.text)
    if place is None:
        raise Aside
    if not 3 <= len(name) <= 200:
        return vi.ask_collector()
    known = await find_office(turn.work.session, name)
    if known is None:
        known = await add_office(turn.work.session, name)
    place.office.valid_to = today(turn.work.now)
    place.office, place.office_id = known, known.id
    turn.expect("")
    assert turn.person is not None
    return vi.bound_coordinator(turn.person, known)


@command("duyet", who=COORDINATOR, listed=False, decides=True)
async def approve(turn: Turn) -> Outgoing:
    """Xác nhận người của đơn vị"""
    member = await turn.work.session.get(Member, turn.number(0) or 0)
    if member is None or member.stands_for is not None or member.approved_at or member.ended_at:
        return vi.already_decided(member) if member else vi.wrong_code()
    mine = turn.person is not None and member.person_id == turn.person.id
    if mine and not await _decides_alone(turn, member.person):
        return vi.others_decide(member.office)
    if member.role not in OWING:
        await require_collectors(turn, [member.office])
    others = [] if mine else await other_places(turn.work, member)
    if mine and turn.number(1) not in {0, 1}:
        return vi.ask_yourself(member)
    if turn.number(1) not in ({0, 1, 2} if others else {0, 1}):
        return vi.wants_to_join(member, member.person.phone, others)
    if turn.number(1) == 0:
        member.ended_at = turn.work.now
        turn.work.log("not_approved", turn.contact, office_id=member.office_id, subject=f"member:{member.id}")
        if mine:
            return vi.not_taken_on(member.office)
        await turn.work.tell(member.person_id, vi.not_approved(member.office))
        return vi.refused_join(member)
    member.approved_at = turn.work.now
    await turn.work.session.flush()
    turn.work.log("approved", turn.contact, office_id=member.office_id, subject=f"member:{member.id}")
    deserted = await leave_others(turn, member) if turn.number(1) == 2 else []
    if not mine:
        await turn.work.tell(member.person_id, vi.bound(member.person, member.office, Role(member.role)))
    if member.role != Role.LEADER:
        owed = await open_assignments(turn.work.session, [member.office_id])
        await catch_up(turn.work, turn.house, owed, member.person_id)
    await _tell_issuer(turn, member)
    answer = vi.taken_on(member) if mine else vi.approved(member)
    for office in deserted:
        answer = nobody_left(answer, office)
    return await _with_preflight(turn, answer)


async def _tell_issuer(turn: Turn, member: Member) -> None:
    """The head by whose code they came, to hand a task to them."""
    issuer = await issuer_of(turn.work.session, member)
    if issuer in {seat.person_id for seat in await people_of(turn.work, member.office_id) if seat.role in HEADS}:
        assert issuer is not None
        await turn.work.tell(issuer, has_joined(member.person, member.office), office_id=member.office_id)


async def _with_preflight(turn: Turn, answer: Outgoing) -> Outgoing:
    """Approved from there, what is to be known before sending is shown as it now stands."""
    draft = await turn.work.session.get(Directive, turn.number(2) or 0)
    if draft is None or draft.published_at or draft.cancelled_at or not turn.collects(draft.collector_id):
        return answer
    before, _ = await before_sending(turn.work, turn.house, draft)
    return replace(before, text=f"{answer.text}\n\n{before.text}")


async def stranger(turn: Turn) -> Outgoing:
    """Somebody we do not know is told once a day why nothing happens; who waits for approval, once in a while."""
    if turn.person is not None and (places := await waiting_places(turn.work.session, turn.person.id)):
        message = vi.still_waiting(places[-1])
        if await said_since(turn.work.session, message.about or "", turn.work.now - WAITING):
            raise Silence
        return message
    if _tired(turn):
        raise Silence
    return told_once(turn, vi.stranger())


STRANGERS.append(Rule(stranger))
