"""Codes: one message an office, ready to be forwarded."""

from __future__ import annotations

import re

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import codes as vi
from bot.vi import people as vi_people
from bot.vi.handing import heads_only
from bot.vi.staffing import not_yours_to_decide
from db.people import Office, Role, offices
from db.seats import OWING, seats
from handlers import COORDINATOR, Refused, Turn, command
from handlers.deeds.codes import code_to_forward, expires, issue, revoke_codes
from handlers.deeds.handing import may_hand
from handlers.deeds.others import office_called
from handlers.deeds.staffing import require_collectors

_ROLES = {fold(name): role for role, name in vi_people.ROLES.items() if role != Role.ADMINISTRATOR}


_ASKED = re.compile(
    r"^(?:(?:xin|cho|cấp|cap|gửi|gui|lấy|lay|tạo|tao|lại|lai|tôi|toi|em|chị|chi|anh)\s+)*(?:mã|ma)\b"
    r"(?:\s+(?:mời|moi|kết nối|ket noi|liên kết|lien ket|mới|cho|của|cua|đơn vị|don vi))*\s*",
    re.IGNORECASE,
)


_KIND = r"(?:don vi|co quan|phong ban|phong)"
_EVERY = re.compile(rf"(?:(?:tat ca|toan bo|moi)(?: cac)?(?: {_KIND})?|cac {_KIND})(?: (?:nhe|nha|a))*")
_UNCONNECTED = re.compile(r"(?:(?:tat ca|nhung|cac) )*(?:don vi )?chua (?:ket noi|lien ket|co (?:ai|nguoi))\b.*")
_REVOKED = re.compile(
    r"^(?:thu hồi|thu hoi|huỷ|hủy|huy|bỏ|bo)\s+(?:(?:các|cac|những|nhung)\s+)?(?:mã|ma)\b"
    r"(?:\s+(?:mời|moi|kết nối|ket noi|của|cua|cho|đơn vị|don vi))*\s*",
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
    if _EVERY.fullmatch(fold(said)):
        return await _all(turn)
    if said and not _UNCONNECTED.fullmatch(fold(said)):
        return await _one(turn, said)
    own = set(turn.collecting)
    known = await offices(turn.work.session)
    if not known:
        return vi_people.no_offices()
    people = await seats(turn.work.session, [office.id for office in known])
    unconnected = [office for office in known if office.id not in own and not people[office.id]]
    if not unconnected:
        return vi.all_connected()
    await revoke_codes(turn, unconnected, [Role.HEAD])
    for office in unconnected:
        await turn.work.send(turn.contact.address, await code_to_forward(turn, office, Role.HEAD))
    return vi.codes_sent([office.name for office in unconnected])


async def _all(turn: Turn) -> Outgoing:
    """For every office but her own, on one list."""
    known = [office for office in await offices(turn.work.session) if office.id not in turn.collecting]
    if not known:
        return vi_people.no_offices()
    await revoke_codes(turn, known, [Role.HEAD])
    made = [(office.name, await issue(turn, office, Role.HEAD)) for office in known]
    return vi.code_list(made, expires(turn))


@command("thuhoima", listed=False, says=r"^(thu hoi|huy|bo) ((cac|nhung) )?ma\b(?! (so|bao cao)\b)")
async def revoke(turn: Turn) -> Outgoing:
    """Thu hồi các mã mời chưa dùng của một đơn vị"""
    words = " ".join(turn.args) if turn.text.startswith("/") else _REVOKED.sub("", turn.text)
    if turn.number(0) is not None:
        office = await turn.work.session.get(Office, turn.number(0))
    else:
        office = await office_called(turn, words) if words.strip() else _own(turn)
    if office is None and words.strip():
        known = await offices(turn.work.session) if turn.collecting else turn.offices
        return vi_people.unknown_office(words, [each.name for each in known])
    if office is None:
        return vi.whose_codes()
    if not (turn.collecting or may_hand(turn, office.id)):
        raise Refused(not_yours_to_decide())
    allowed = None if turn.collects(office.id) else OWING if turn.collecting else [Role.STAFF]
    return vi.codes_revoked(office, await revoke_codes(turn, [office], allowed))


@command(
    "themnguoi",
    listed=False,
    says=r"^(?:moi )?them (?:1 |mot )?(?:nguoi|can bo|chuyen vien|cong chuc|thanh vien)(?: moi)?"
    r"(?: (?:vao|cho|cua) .*)?$",
)
async def add_somebody(turn: Turn) -> Outgoing:
    """Mời thêm người của đơn vị"""
    mine = [office for office in turn.offices if may_hand(turn, office.id)]
    if turn.number(0) is not None:
        mine = [office for office in mine if office.id == turn.number(0)]
    if not mine:
        if turn.collecting:
            return vi.how_to_add()
        raise Refused(heads_only())
    if len(mine) > 1:
        return vi.which_office_to_add(mine)
    await revoke_codes(turn, mine, [Role.STAFF])
    await turn.work.send(turn.contact.address, await code_to_forward(turn, mine[0], Role.STAFF))
    return vi.forward_to_add(mine[0])


def _own(turn: Turn) -> Office | None:
    return next((office for office in turn.offices if may_hand(turn, office.id)), None)


async def _one(turn: Turn, words: str) -> Outgoing:
    """`TP`, `Tư pháp chuyên viên`: without a role it is for the head. Who coordinates is of her own office."""
    folded = fold(words)
    said = next((name for name in sorted(_ROLES, key=len, reverse=True) if folded.endswith(f" {name}")), "")
    name = " ".join(words.split()[: -len(said.split()) or None])
    office = await office_called(turn, name)
    if office is None:
        return vi_people.unknown_office(name, [each.name for each in await offices(turn.work.session)])
    role = _ROLES.get(said, Role.HEAD)
    if role == Role.COORDINATOR and not turn.collects(office.id):
        return vi.not_your_coordinators()
    if role == Role.LEADER:
        await require_collectors(turn, [office])
    await revoke_codes(turn, [office], [role])
    return await code_to_forward(turn, office, role)
