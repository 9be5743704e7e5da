"""Whom an office is reached by, and who coordinates."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.messages import Address, Outgoing
from bot.vi import filing as vi_filing
from bot.vi import trouble as vi
from db import Work
from db.directives import Directive
from db.people import Contact, Person, Role, contacts_of, memberships, people_with
from db.post import said_since
from db.seats import OWING, Seat, seats
from db.windows import silent_since
from handlers import Windows

HEAR_AGAIN = timedelta(hours=1)


async def people_of(work: Work, office_id: int) -> list[Seat]:
    """Those who answer for an office, heads first, each person once. Of many offices ask `seats` itself."""
    return (await seats(work.session, [office_id]))[office_id]


async def tell(
    work: Work, people: Sequence[Seat], message: Outgoing, *, shut: Container[Address] = (), **options: Any
) -> int:
    """Say it, unasked, to those of them whom some chat reaches; how many that is. In a chat that is `shut` it waits
    until they turn to us, and reaches nobody now."""
    reached, message = 0, replace(message, unasked=True)
    for seat in people:
        if seat.address is not None:
            await work.send(seat.address, message, person_id=seat.person_id, **options)
            reached += seat.address not in shut
    return reached


def staff_of(people: Sequence[Seat], shut: Container[Address]) -> Sequence[Seat]:
    """Who hears while time is left: not the head, if anybody else is reached; else everybody."""
    staff = [seat for seat in people if seat.role != Role.HEAD or seat.staff]
    return [seat for seat in staff if seat.address and seat.address not in shut] or people


async def tell_office(work: Work, office_id: int, message: Outgoing, **options: Any) -> int:
    """Say it to everybody of the office who can be reached; how many that is."""
    return await tell(work, await people_of(work, office_id), message, office_id=office_id, **options)


async def outside(work: Work, windows: Windows, people: Mapping[int, Sequence[Seat]]) -> set[Address]:
    """Those of their chats where the platform lets us say nothing until they turn to us."""
    shut: set[Address] = set()
    for channel, window in windows.items():
        chats = {
            seat.address for found in people.values() for seat in found if seat.address and seat.channel == channel
        }
        shut |= await silent_since(work.session, chats, work.now - window)
    return shut


async def coordinators(work: Work) -> Sequence[Person]:
    return await people_with(work.session, Role.COORDINATOR)


async def tell_coordinators(work: Work, message: Outgoing, *, but: int | None = None, **options: Any) -> None:
    """`but`: not to this person, of whom it is said."""
    for person in await coordinators(work):
        if person.id != but:
            await work.tell(person.id, message, **options)


async def tell_collector(work: Work, directive: Directive, message: Outgoing, **options: Any) -> None:
    """Those who coordinate for the collecting office today, whoever dropped the directive."""
    await tell_collecting(work, directive.collector_id, message, **options)


async def tell_collecting(work: Work, office_id: int, message: Outgoing, **options: Any) -> None:
    """Those who coordinate for this office today."""
    people = (await seats(work.session, [office_id], [Role.COORDINATOR]))[office_id]
    await tell(work, people, message, office_id=office_id, **options)


async def tell_of_full_disk(work: Work) -> None:
    """Administrators and coordinators hear it, once an hour however many files are refused."""
    if await said_since(work.session, vi_filing.DISK_FULL, work.now - HEAR_AGAIN):
        return
    await tell_keepers(work, vi_filing.disk_full())


async def keepers(work: Work) -> list[int]:
    """Administrators and coordinators, each once, by their ids."""
    found = [*await people_with(work.session, Role.ADMINISTRATOR), *await coordinators(work)]
    return list({person.id: None for person in found})


async def tell_keepers(work: Work, message: Outgoing) -> None:
    for person_id in await keepers(work):
        await work.tell(person_id, message)


async def shut_out(work: Work, contact: Contact) -> None:
    """Somebody has just shut this door: the coordinators hear whether another one is open."""
    if contact.person is None or contact.person_id is None:
        return
    places = [place for place in await memberships(work.session, contact.person_id) if place.role in OWING]
    other = next((c for c in await contacts_of(work.session, contact.person_id) if c.blocked_at is None), None)
    for place in places:
        if other is not None:
            await tell_coordinators(
                work, vi.switched(contact.person.name, place.office.name, other.channel), but=contact.person_id
            )
        else:
            await tell_coordinators(
                work, vi.not_reached(contact.person.name, place.office.name, vi.SHUT), but=contact.person_id
            )
