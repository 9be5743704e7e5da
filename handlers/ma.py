"""Codes: one message an office, ready to be forwarded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.messages import Outgoing
from bot.vi import people as vi
from db import Work
from db.people import Invitation, Office, Role, code_hash, find_office, fresh_code, offices, open_invitations
from db.seats import seats
from handlers import COORDINATOR, Turn, command
from handlers.deeds.instants import end_of, today

VALID = timedelta(days=7)


async def new_code(work: Work, office: Office, role: Role, expires_at: datetime) -> str:
    """A fresh code, «4839 2061»; only its hash is kept."""
    code = fresh_code()
    hashed = code_hash(code)
    work.session.add(Invitation(code_hash=hashed, office=office, office_id=office.id, role=role, expires_at=expires_at))
    return code


@command("ma", "maketnoi", who=COORDINATOR)
async def codes(turn: Turn) -> Outgoing:
    """Mã mời để chuyển tiếp cho từng đơn vị"""
    if turn.args:
        return await _one(turn, " ".join(turn.args))
    own = set(turn.collecting)
    known = await offices(turn.work.session)
    if not known:
        return vi.no_offices()
    people = await seats(turn.work.session, [office.id for office in known])
    unconnected = [office for office in known if office.id not in own and not people[office.id]]
    if not unconnected:
        return vi.all_connected()
    await _revoke(turn, unconnected, Role.HEAD)
    for office in unconnected:
        await turn.work.send(turn.contact.address, await _message(turn, office, Role.HEAD))
    return vi.codes_sent([office.name for office in unconnected])


async def _one(turn: Turn, name: str) -> Outgoing:
    staff = name.casefold().endswith(("chuyên viên", "chuyen vien"))
    name = name.rsplit(" ", 2)[0] if staff else name
    office = await find_office(turn.work.session, name)
    if office is None:
        return vi.unknown_office(name, [each.name for each in await offices(turn.work.session)])
    role = Role.STAFF if staff else Role.HEAD
    await _revoke(turn, [office], role)
    return await _message(turn, office, role)


async def _revoke(turn: Turn, offices: Sequence[Office], role: Role) -> None:
    """A new code ends the one before it."""
    for old in await open_invitations(turn.work.session, [office.id for office in offices]):
        if old.role == role:
            old.revoked_at = turn.work.now


async def _message(turn: Turn, office: Office, role: Role) -> Outgoing:
    expires_at = end_of(today(turn.work.now) + VALID)
    code = await new_code(turn.work, office, role, expires_at)
    links = turn.house.invite_links(code.replace(" ", ""))
    turn.work.log("code_issued", turn.contact, office_id=office.id)
    return vi.code_ready(office, code, links, expires_at)
