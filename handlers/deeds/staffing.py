"""People come, go, move and stand in for each other; what an office owes stays with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from bot.clocks import local
from bot.vi import instead as vi_instead
from bot.vi import staffing as vi
from db import Work
from db.directives import open_assignments
from db.downloads import revoke_downloads
from db.drafts import pass_drafts
from db.people import (
    Contact,
    Member,
    Office,
    Person,
    Role,
    all_places,
    contacts_of,
    memberships,
    place_in_force,
    planned_for,
    planned_stand_ins,
    stand_ins,
)
from db.post import drop_waiting_in, drop_waiting_of_office
from db.seats import OWING
from handlers import Refused, Turn
from handlers.deeds.handing import leave_tasks
from handlers.deeds.naming import named
from handlers.deeds.publishing import catch_up
from handlers.deeds.undecided import put_again


def may_manage(turn: Turn, member: Member) -> bool:
    """A coordinator looks after the people of every office and of her own; a head after the others of theirs."""
    if turn.collecting:
        return member.role in OWING or (turn.collects(member.office_id) and member.role != Role.ADMINISTRATOR)
    heads = any(place.office_id == member.office_id and place.role == Role.HEAD for place in turn.places)
    return heads and member.role in {Role.DEPUTY, Role.STAFF}


async def require_collectors(turn: Turn, offices: Iterable[Office]) -> None:
    """What is decided about a collecting office, and about who collects there, is decided by those who do. Raises
    Refused."""
    known = {office.id: office for office in offices if not turn.collects(office.id)}
    for place in await all_places(turn.work.session, known):
        if place.role == Role.COORDINATOR:
            raise Refused(vi.others_collect(known[place.office_id]))


def is_self(turn: Turn, member: Member) -> bool:
    return turn.person is not None and member.person_id == turn.person.id


async def managed(turn: Turn, member_id: int | None, *, oneself: bool = False) -> Member:
    """The member, if this person looks after them (or is them, where that will do). Raises Refused."""
    member = await place_in_force(turn.work.session, member_id)
    if member is None or not (may_manage(turn, member) or (oneself and is_self(turn, member))):
        raise Refused(vi.not_yours_to_decide())
    return member


async def known_places(turn: Turn) -> list[Member]:
    """The places this person may speak of: of every office for a coordinator, else of their own."""
    return await all_places(turn.work.session, None if turn.collecting else [office.id for office in turn.offices])


async def posts_of(turn: Turn, member: Member) -> list[Member]:
    """This place, and all others of this person that whoever speaks may speak for."""
    places = [each for each in await memberships(turn.work.session, member.person_id) if each.stands_for is None]
    own = is_self(turn, member)
    return sorted((each for each in places if own or may_manage(turn, each)), key=lambda each: each.id != member.id)


async def one_named(turn: Turn, name: str, verb: str, tail: str = "", *, whole: bool = False) -> Member:
    """The one person of this name this person looks after; `whole`: whichever of their places. Raises Refused where
    there is none, or several."""
    known = [each for each in await known_places(turn) if may_manage(turn, each) and each.stands_for is None]
    found = named(known, name, lambda member: member.person.name)
    if len({each.person_id for each in found} if whole else found) != 1:
        raise Refused(vi.which_member(found, verb, tail) if found else vi.nobody_named(name))
    return found[0]


async def other_places(work: Work, member: Member) -> list[Office]:
    """The other offices this person answers for now."""
    places = await memberships(work.session, member.person_id)
    found = {place.office_id: place.office for place in places if place.role in OWING}
    return [office for number, office in found.items() if number != member.office_id]


async def leave_others(turn: Turn, member: Member) -> list[Office]:
    """They have moved: what they answered for elsewhere they leave; the offices where nobody is left."""
    left = [each for each in await memberships(turn.work.session, member.person_id) if each.role in OWING]
    left = [each for each in left if each.id != member.id and each.stands_for is None]
    for place in left:
        await leave(turn, place)
    people = await all_places(turn.work.session, [place.office_id for place in left])
    return [place.office for place in left if not remaining(people, place.office)]


async def leave(turn: Turn, member: Member) -> None:
    """The place ends, and with it what waits to be said there; tasks in their hands are the office's again."""
    work = turn.work
    for place in [*await stand_ins(work.session, [member.id]), *await planned_stand_ins(work.session, [member.id])]:
        await _end(work, place)
        await work.tell(place.person_id, vi_instead.free_of(member))
    await _stand_in_no_more(work, member)
    await _end(work, member)
    await work.session.flush()
    subject = f"member:{member.id}"
    work.log("left", turn.contact, office_id=member.office_id, subject=subject)
    still = {place.office_id for place in await memberships(work.session, member.person_id)}
    for contact in await contacts_of(work.session, member.person_id) if not still else ():
        await drop_waiting_in(work.session, contact.address, work.machine)
    if member.office_id in still:
        return
    await drop_waiting_of_office(work.session, member.person_id, member.office_id, work.machine)
    for contact in await contacts_of(work.session, member.person_id):
        contact.expects, contact.choices = "", []  # «gửi báo cáo» is no button of the former office any more
    await leave_tasks(work, member.office_id, member.person)


async def _stand_in_no_more(work: Work, member: Member) -> None:
    """Whom they stand in for in this office, or are to, hears that they do not, unless they stay there in a place of
    their own."""
    there = [each for each in await memberships(work.session, member.person_id) if each.office_id == member.office_id]
    if any(each.stands_for is None and each.id != member.id for each in there):
        return
    planned = await planned_for(work.session, member.person_id, member.office_id)
    for place in [*(each for each in there if each.stands_for is not None and each.id != member.id), *planned]:
        await _end(work, place)
        if (absent := await place_in_force(work.session, place.stands_for)) is not None:
            await work.tell(absent.person_id, vi_instead.nobody_to_stand_in(place))
            await put_again(work, place, absent.person_id)


async def _end(work: Work, place: Member) -> bool:
    """With the links by which files came to them in this place; nobody knows any more which of theirs these were.
    Whether a directive they were putting together there waits now for another coordinator of the office."""
    place.ended_at = work.now
    await revoke_downloads(work.session, place.person_id, work.now)
    if place.role != Role.COORDINATOR or place.approved_at is None:
        return False
    there = [each for each in await all_places(work.session, [place.office_id]) if each.role == Role.COORDINATOR]
    if not there or any(each.person_id == place.person_id for each in there):
        return False
    heir = next((each for each in there if each.id == place.stands_for), there[0])
    return await pass_drafts(work.session, place.office_id, place.person_id, heir.person_id)


async def require_successor(turn: Turn, member: Member) -> None:
    """Somebody must go on coordinating there; who only stands in for them ends with them. Raises Refused."""
    if member.role == Role.COORDINATOR and member.stands_for is None:
        there = [
            each for each in await all_places(turn.work.session, [member.office_id]) if each.role == Role.COORDINATOR
        ]
        if all(member.person_id == each.person_id or each.stands_for == member.id for each in there):
            raise Refused(vi.last_coordinator())


def seat(turn: Turn, person: Person, office: Office, role: Role, **facts: object) -> Member:
    """A new place, from now on."""
    place = Member(
        person=person,
        person_id=person.id,
        office=office,
        office_id=office.id,
        role=role,
        asked_at=turn.work.now,
        approved_at=turn.work.now,
        **facts,
    )
    turn.work.session.add(place)
    return place


async def move(turn: Turn, member: Member, office: Office, role: Role) -> None:
    """Out of one office and into another, or into another role; the new office's open tasks are handed to them."""
    work, person, former = turn.work, member.person, member.office
    place = seat(turn, person, office, role)
    await work.session.flush()
    await leave(turn, member)
    work.log("moved", turn.contact, office_id=office.id, subject=f"member:{place.id}", former=former.id)
    await work.tell(person.id, vi.told_moved(former, office, role))
    if office.id != former.id and role != Role.LEADER:
        await catch_up(work, turn.house, await open_assignments(work.session, [office.id]), person.id)


async def stand_in(turn: Turn, absent: Sequence[Member], by: Person, since: date | None, until: date) -> None:
    """From that day (None: from now) up to and including the other `by` holds these places too, and is told in the
    place of who is away. What was arranged before for some of these days ends."""
    first, ids = since or local(turn.work.now).date(), [each.id for each in absent]
    for old in [*await stand_ins(turn.work.session, ids), *await planned_stand_ins(turn.work.session, ids)]:
        if old.until is None or (old.until >= first and (old.since is None or old.since <= until)):
            await _end(turn.work, old)
            if since is None and old.person_id != by.id:
                await put_again(turn.work, old, by.id)
    for member in absent:
        place = seat(turn, by, member.office, Role(member.role), stands_for=member.id, since=since, until=until)
        place.approved_at = None if since else turn.work.now
        await turn.work.session.flush()
        subject, days = f"member:{place.id}", {"since": first.isoformat(), "until": until.isoformat()}
        turn.work.log("stands_in", turn.contact, office_id=member.office_id, subject=subject, **days)
    await turn.work.tell(by.id, vi_instead.told_stand_in(absent, since, until))
    if turn.person is not None and turn.person.id != absent[0].person_id:
        await turn.work.tell(absent[0].person_id, vi_instead.told_absent(absent, by, since, until))


async def begin_stand_in(work: Work, place: Member, today: date, later: timedelta) -> None:
    """Its first day has come: if both still hold their places it is in force, else it falls away and who is away
    hears."""
    absent = await place_in_force(work.session, place.stands_for)
    if absent is None or place.until is None or place.until < today:
        place.ended_at = work.now
        return
    offices = {each.office_id for each in await memberships(work.session, place.person_id)}
    if absent.office_id not in offices:
        place.ended_at = work.now
        await work.tell(absent.person_id, vi_instead.nobody_to_stand_in(place), due_in=later)
        return
    place.office, place.office_id, place.approved_at = absent.office, absent.office_id, work.now
    await work.session.flush()
    work.log("stands_in", office_id=place.office_id, subject=f"member:{place.id}", until=place.until.isoformat())
    await work.tell(place.person_id, vi_instead.told_stand_in([absent], None, place.until), due_in=later)


async def end_stand_in(work: Work, place: Member, later: timedelta = timedelta(0), by: int | None = None) -> None:
    """Who was away is reminded again; whoever of the two did not say so (`by`) is told."""
    drafts = await _end(work, place)
    await work.session.flush()
    work.log("stood_in", office_id=place.office_id, subject=f"member:{place.id}")
    absent = await work.session.get(Member, place.stands_for)
    if absent is not None and absent.ended_at is None:
        for person, message in (
            (absent.person_id, vi_instead.back(place, drafts=drafts)),
            (place.person_id, vi_instead.free_again(absent)),
        ):
            if person != by:
                await work.tell(person, message, due_in=later)
        await put_again(work, place, absent.person_id, later)


async def require_whole(turn: Turn, member: Member) -> None:
    """A chat is a person's in all their places: only who looks after each of these may take it away. Raises
    Refused."""
    places = await memberships(turn.work.session, member.person_id)
    if not all(may_manage(turn, each) for each in places):
        raise Refused(vi.also_elsewhere(member))


async def revoke_contact(turn: Turn, contact: Contact) -> None:
    """A chat that is no longer this person's: nothing is said there, its links are void."""
    turn.work.log("contact_revoked", turn.contact, subject=f"contact:{contact.id}", person=contact.person_id)
    contact.person, contact.person_id, contact.preferred = None, None, False
    contact.expects, contact.choices, contact.join_hash, contact.join_until = "", [], None, None
    await drop_waiting_in(turn.work.session, contact.address, turn.work.machine)


def remaining(people: Sequence[Member], office: Office) -> bool:
    """Whether anybody still answers for the office, or collects there."""
    return any(each.office_id == office.id and each.role in {*OWING, Role.COORDINATOR} for each in people)
