"""«Gọi cho tôi», «tuần sau gửi được không»: who the coordinator is and how to call; what was said reaches her."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.messages import Outgoing
from bot.text import fold, typed
from bot.vi import contact as vi
from db.directives import Question
from db.offices import offices
from db.people import Role
from db.seats import Seat, seats
from db.standing import Line
from handlers import COMMANDS, Turn, command
from handlers.deeds.owed import open_lines
from handlers.deeds.reach import tell

_LATER = r"\b(gui|nop|de|sang|cham|muon)\b.* (duoc|kip|sao) (khong|chu)\b"
_CALL = (
    r"\b(goi|dien|alo)( dien)?( thoai)?( lai)?( cho)? (toi|em|anh|chi|minh)\b|^(goi|dien) lai\b|\bso dien thoai\b"
    r"|\b(goi|lien he|hoi|gap)( cho| voi)? (ai|nguoi (phu trach|tong hop))\b|^lien he\b|^ai gui (cai|viec|tin) nay\b"
)
_LOST = (
    r"^(\w+ )?ai (la )?(nguoi )?(huong dan|giup|phu trach|tong hop|giai dap|ho tro)\b"
    r"|^(xin|de nghi|cho( phep)?) .{0,30}\bmien (nop|bao cao)\b"
    r"|^(giao|chuyen)( viec)?( nay)?( lai)? cho (co|anh|chi|em|chu|bac) "
    r"|\bkhong (hieu|biet) .*\b(cau|the nao|sao|gi)\b|\bcau nay (tra loi )?(la sao|sao|nghia la gi|hoi gi)\b"
)


@command("lienhe", says=rf"^(?!nhac\b)(?=.*(?:{_LATER}|{_CALL}|{_LOST}))")
async def reach_out(turn: Turn) -> Outgoing:
    """Người tổng hợp là ai, gọi số nào; chuyển lời nhắn"""
    said = not turn.text.startswith("/") and fold(turn.text).replace(" ", "") != "lienhe"
    if turn.collecting and said:
        return await COMMANDS["huongdan"].handle(turn)
    owed = await open_lines(turn)
    known = {office.id: office for office in await offices(turn.work.session)}
    people = await _coordinators(turn, owed, list(known))
    passed = await _pass_on(turn, people) if said else None
    late = next((each.assignment for each in owed if each.owes), None) if re.search(_LATER, typed(turn.text)) else None
    named = [(each.name, known[each.office_id].name, each.phone or known[each.office_id].phone) for each in people]
    return vi.whom(named, late, passed=passed)


async def _coordinators(turn: Turn, owed: Sequence[Line], everywhere: Sequence[int]) -> list[Seat]:
    """Who collects what this person's offices owe; where nothing is owed, or nobody does, whoever coordinates."""
    for collecting in ([each.assignment.task.directive.collector_id for each in owed], everywhere):
        found = await seats(turn.work.session, collecting, [Role.COORDINATOR])
        if people := [seat for each in found.values() for seat in each]:
            return people
    return []


async def _pass_on(turn: Turn, people: Sequence[Seat]) -> bool:
    """Her words, and the question she was at, if any; whether they reach somebody."""
    assert turn.person is not None
    kind, *at = turn.contact.expects.split(":")
    question = await turn.work.session.get(Question, int(at[1])) if kind == "answer" else None
    office = turn.offices[0]
    note = vi.note(turn.person, office, turn.person.phone or office.phone, turn.text, question)
    turn.work.log("note_passed", turn.contact, office_id=office.id)
    return bool(await tell(turn.work, people, note, office_id=office.id))
