"""Codes: one message an office, ready to be forwarded."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import people as vi
from db.people import Role, find_office, offices
from db.seats import seats
from handlers import COORDINATOR, Turn, command
from handlers.deeds.codes import code_to_forward, revoke_codes
from handlers.deeds.staffing import require_collectors

_ROLES = {fold(name): role for role, name in vi.ROLES.items() if role != Role.ADMINISTRATOR}


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
    await revoke_codes(turn, unconnected, Role.HEAD)
    for office in unconnected:
        await turn.work.send(turn.contact.address, await code_to_forward(turn, office, Role.HEAD))
    return vi.codes_sent([office.name for office in unconnected])


async def _one(turn: Turn, words: str) -> Outgoing:
    """`TP`, `Tư pháp chuyên viên`: without a role it is for the head. Who coordinates is of her own office."""
    folded = fold(words)
    said = next((name for name in sorted(_ROLES, key=len, reverse=True) if folded.endswith(f" {name}")), "")
    name = " ".join(words.split()[: -len(said.split()) or None])
    office = await find_office(turn.work.session, name)
    if office is None:
        return vi.unknown_office(name, [each.name for each in await offices(turn.work.session)])
    role = _ROLES.get(said, Role.HEAD)
    if role == Role.COORDINATOR and not turn.collects(office.id):
        return vi.not_your_coordinators()
    if role == Role.LEADER:
        await require_collectors(turn, [office])
    await revoke_codes(turn, [office], role)
    return await code_to_forward(turn, office, role)
