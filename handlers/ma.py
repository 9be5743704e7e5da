"""Codes: one message an office, ready to be forwarded."""

from __future__ import annotations

import re

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import people as vi
from db.people import Role, offices
from db.seats import seats
from handlers import COORDINATOR, Turn, command
from handlers.deeds.codes import code_to_forward, revoke_codes
from handlers.deeds.others import office_called
from handlers.deeds.staffing import require_collectors

_ROLES = {fold(name): role for role, name in vi.ROLES.items() if role != Role.ADMINISTRATOR}


_ASKED = re.compile(
    r"^(?:(?:xin|cho|cấp|cap|gửi|gui|lấy|lay|tạo|tao|lại|lai|tôi|toi|em|chị|chi|anh)\s+)*(?:mã|ma)\b"
    r"(?:\s+(?:mời|moi|kết nối|ket noi|liên kết|lien ket|mới|cho|của|cua|đơn vị|don vi))*\s*",
    re.IGNORECASE,
)


@command(
    "ma",
    "maketnoi",
    who=COORDINATOR,
    says=r"^(?:(?:xin|cho|cap|gui|lay|tao|lai|toi|em|chi|anh) )*ma(?: (?!anh\b|chi\b|em\b)\w|$)",
)
async def codes(turn: Turn) -> Outgoing:
    """Mã mời để chuyển tiếp cho từng đơn vị"""
    said = " ".join(turn.args) if turn.args or turn.text.startswith("/") else _ASKED.sub("", turn.text)
    if said:
        return await _one(turn, said)
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
    office = await office_called(turn, name)
    if office is None:
        return vi.unknown_office(name, [each.name for each in await offices(turn.work.session)])
    role = _ROLES.get(said, Role.HEAD)
    if role == Role.COORDINATOR and not turn.collects(office.id):
        return vi.not_your_coordinators()
    if role == Role.LEADER:
        await require_collectors(turn, [office])
    await revoke_codes(turn, [office], role)
    return await code_to_forward(turn, office, role)
