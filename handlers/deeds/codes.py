"""Codes by which people join an office: a new one ends the one before it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bot.messages import Outgoing
from bot.vi import codes as vi
from db import Work
from db.invitations import Invitation, code_hash, fresh_code, open_invitations
from db.people import Office, Role
from handlers import Turn
from handlers.deeds.instants import end_of, today

VALID = timedelta(days=7)


async def new_code(work: Work, office: Office, role: Role, expires_at: datetime, issued_by: int | None = None) -> str:
    """A fresh code, «4839 2061»; only its hash is kept."""
    code = fresh_code()
    facts = {"code_hash": code_hash(code), "role": role, "expires_at": expires_at, "issued_by": issued_by}
    work.session.add(Invitation(office=office, office_id=office.id, **facts))
    return code


async def revoke_codes(turn: Turn, offices: Sequence[Office], roles: Collection[Role] | None = None) -> int:
    """Codes of these roles, or of any, that nobody has used yet let nobody in any more; how many could have."""
    could = 0
    for old in await open_invitations(turn.work.session, [office.id for office in offices]):
        if roles is None or old.role in roles:
            could += old.expires_at > turn.work.now
            old.revoked_at = turn.work.now
            turn.work.log("code_revoked", turn.contact, office_id=old.office_id, subject=f"invitation:{old.id}")
    return could


def expires(turn: Turn) -> datetime:
    """The last minute of a code made now."""
    return end_of(today(turn.work.now) + VALID)


async def issue(turn: Turn, office: Office, role: Role) -> str:
    """A fresh code, «4839 2061», made by this person."""
    turn.work.log("code_issued", turn.contact, office_id=office.id, role=role)
    return await new_code(turn.work, office, role, expires(turn), turn.contact.person_id)


async def code_to_forward(turn: Turn, office: Office, role: Role) -> Outgoing:
    """The message that brings somebody into this office."""
    code = await issue(turn, office, role)
    return vi.code_ready(office, code, turn.house.invite_links(code.replace(" ", "")), expires(turn))
