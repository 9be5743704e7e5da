"""The apps of one person: a code of ten minutes brings another one to the first."""

from __future__ import annotations

from datetime import timedelta

from bot.messages import Outgoing
from bot.vi import apps as vi
from db.invitations import code_hash, fresh_code
from db.people import Contact, contacts_of
from handlers import Turn

VALID = timedelta(minutes=10)


async def offer_code(turn: Turn) -> Outgoing:
    """A new one puts an end to the one before."""
    code = fresh_code()
    turn.contact.join_hash = code_hash(code)
    turn.contact.join_until = turn.work.now + VALID
    turn.work.log("app_code", turn.contact)
    return vi.code_for_app(code, turn.contact.join_until)


async def join_app(turn: Turn, first: Contact) -> Outgoing:
    """This chat is the other app of whoever asked for the code in the first."""
    person = first.person
    assert person is not None
    if turn.contact.person is not None and turn.contact.person_id != person.id:
        return vi.somebody_elses(turn.contact.person)
    first.join_hash = first.join_until = None
    turn.contact.person_id, turn.contact.person = person.id, person
    turn.work.log("app_joined", turn.contact, subject=f"contact:{turn.contact.id}")
    if first.id != turn.contact.id:
        await turn.work.send(first.address, vi.added(turn.contact))
    return vi.joined(person)


async def prefer(turn: Turn, contact: Contact) -> Outgoing:
    for each in await contacts_of(turn.work.session, contact.person_id or 0):
        each.preferred = each.id == contact.id
    return vi.preferred(contact)
