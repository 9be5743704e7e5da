"""The people of an office, and what may be done about one of them."""

from __future__ import annotations

import re

from bot.messages import Outgoing
from bot.vi import people as vi_people
from bot.vi import staffing as vi
from db.offices import offices
from db.people import Office, all_places, contacts_of
from handlers import Refused, Turn, command
from handlers.deeds.others import office_called
from handlers.deeds.staffing import is_self, managed, may_manage, one_named, require_whole, revoke_contact

_OF = re.compile(
    r"^/?\s*(?:nguoi|người|ai|nhân sự|nhan su)\s*(?:của|cua|ở|o)?\s*"
    r"(?:(?:đơn vị|don vi|phòng|phong)(?:\s+(?:tôi|toi|mình|minh|em|anh|chị|chi))?\s*$)?",
    re.IGNORECASE,
)
_WHOSE = re.compile(r"^.*?\b(?:tài khoản|tai khoan)(?:\s+chat)?\s*(?:của|cua)?\s*(?P<name>.*)$", re.IGNORECASE)


@command("nguoi", "nhansu", says=r"^(nguoi|nhan su|ai) (cua|o) ")
async def people(turn: Turn) -> Outgoing:
    """Người của đơn vị: chuyển, nghỉ, người thay, tài khoản"""
    office = await _office(turn)
    found = await all_places(turn.work.session, [office.id])
    return vi.people(office, found, {each.id for each in found if may_manage(turn, each) or is_self(turn, each)})


@command("canbo", listed=False)
async def person(turn: Turn) -> Outgoing:
    """Một người của đơn vị và việc có thể làm"""
    member = await managed(turn, turn.number(0), oneself=True)
    return vi.person(member, coordinator=bool(turn.collecting), manages=may_manage(turn, member))


@command("khoa", listed=False, says=r"^(thu hoi|khoa|go( bo)?|xoa|huy) tai khoan\b")
async def revoke(turn: Turn) -> Outgoing:
    """Thu hồi một tài khoản chat của một người"""
    if turn.number(0) is None:
        said = _WHOSE.match(turn.text)
        member = await one_named(turn, said["name"] if said else "", "khoa", whole=True)
    else:
        member = await managed(turn, turn.number(0), oneself=True)
    if not is_self(turn, member):
        await require_whole(turn, member)
    elif not may_manage(turn, member):
        raise Refused(vi.not_yours_to_decide())
    chats = await contacts_of(turn.work.session, member.person_id)
    chosen = next((each for each in chats if each.id == turn.number(1)), None)
    if chosen is None:
        return vi.which_chat(member, chats)
    if chosen.id == turn.contact.id:
        return vi.not_this_chat()
    shown = vi.chat(chosen)
    await revoke_contact(turn, chosen)
    await turn.work.tell(member.person_id, vi.told_revoked(shown))
    return vi.revoked(member, shown, len(chats) - 1)


async def _office(turn: Turn) -> Office:
    """The one named, else one's own. Raises Refused for an office that is none of theirs."""
    words = " ".join(turn.args) if turn.args else _OF.sub("", turn.text)
    if not words.strip():
        return turn.offices[0]
    if turn.number(0) is not None:
        office = await turn.work.session.get(Office, turn.number(0))
    else:
        office = await office_called(turn, words)
    if office is None or not (turn.collecting or office.id in {each.id for each in turn.offices}):
        known = await offices(turn.work.session) if turn.collecting else turn.offices
        raise Refused(vi_people.unknown_office(words, [each.name for each in known]))
    return office
