"""Whom an office is reached by, and who coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.messages import Outgoing
from bot.vi import filing as vi_filing
from bot.vi import missing as vi
from db import Work
from db.directives import Directive
from db.people import Contact, Member, Person, Role, contacts_of, members_of, memberships, people_with
from db.post import said_since

HEAR_AGAIN = timedelta(hours=1)
OWING = {Role.HEAD, Role.DEPUTY, Role.STAFF}


async def people_of(work: Work, office_id: int) -> list[Member]:
    """Those who answer for an office, heads first, each person once."""
    found: dict[int, Member] = {}
    for member in await members_of(work.session, office_id):
        if member.role in OWING:
            found.setdefault(member.person_id, member)
    return list(found.values())


async def reachable(work: Work, office_id: int) -> list[Member]:
    """Those of them whom some chat still reaches."""
    return [m for m in await people_of(work, office_id) if await has_open_chat(work, m.person_id)]


async def has_open_chat(work: Work, person_id: int) -> bool:
    return any(contact.blocked_at is None for contact in await contacts_of(work.session, person_id))


async def tell_office(work: Work, office_id: int, message: Outgoing, **options: Any) -> int:
    """Say it to everybody of the office who can be reached; how many that is."""
    told = [
        await work.tell(member.person_id, message, office_id=office_id, **options)
        for member in await people_of(work, office_id)
    ]
    return sum(told)


async def coordinators(work: Work) -> Sequence[Person]:
    return await people_with(work.session, Role.COORDINATOR)


async def tell_coordinators(work: Work, message: Outgoing, **options: Any) -> None:
    for person in await coordinators(work):
        await work.tell(person.id, message, **options)


async def tell_collector(work: Work, directive: Directive, message: Outgoing, **options: Any) -> None:
    """Those who coordinate for the collecting office today, whoever dropped the directive."""
    for member in await members_of(work.session, directive.collector_id):
        if member.role == Role.COORDINATOR:
            await work.tell(member.person_id, message, **options)


async def tell_of_full_disk(work: Work) -> None:
    """Administrators and coordinators hear it, once an hour however many files are refused."""
    if await said_since(work.session, vi_filing.DISK_FULL, work.now - HEAR_AGAIN):
        return
    await tell_keepers(work, vi_filing.disk_full())


async def tell_keepers(work: Work, message: Outgoing) -> None:
    """Administrators and coordinators, each once."""
    keepers = [*await people_with(work.session, Role.ADMINISTRATOR), *await coordinators(work)]
    for person_id in {person.id for person in keepers}:
        await work.tell(person_id, message)


async def shut_out(work: Work, contact: Contact) -> None:
    """Somebody has just shut this door: the coordinators hear whether another one is open."""
    if contact.person is None or contact.person_id is None:
        return
    places = [place for place in await memberships(work.session, contact.person_id) if place.role in OWING]
    other = next((c for c in await contacts_of(work.session, contact.person_id) if c.blocked_at is None), None)
    for place in places:
        if other is not None:
            await tell_coordinators(work, vi.switched(contact.person.name, place.office.name, other.channel))
        else:
            await tell_coordinators(work, vi.not_reached(contact.person.name, place.office.name, vi.SHUT))
