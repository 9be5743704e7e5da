"""Who has not reported."""

from __future__ import annotations

import re

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import lacking, review
from bot.vi import missing as vi
from db.sheets import Sheet, asked_sheet
from handlers import COORDINATOR, WATCHERS, Refused, Turn, command
from handlers.deeds.desk import chosen, everywhere, of_office, overview, states
from handlers.deeds.others import KINDS, task_said
from handlers.deeds.recurring import with_waiting
from handlers.deeds.reviewing import received
from handlers.deeds.watching import named as named_late
from handlers.deeds.watching import stand, watched_directive
from handlers.deeds.whom import whom

_EVERYWHERE = re.compile(r"\b(?:tat ca|toan bo|moi|cac) (?:cac )?(?:cong van|cv)\b")
_WHO = r"(?:nhung )?(?:ai|don vi nao|co quan nao|phong nao)"


@command(
    "missing",
    "chuanop",
    "thieu",
    who=WATCHERS,
    says=rf"\b{_WHO}\b.*\bchua\b|\bthieu {_WHO}\b|^con {_WHO}( nua)?$|^chua nop$"
    r"|^tinh hinh( bao cao| nop)?( den dau)?( roi)?$"
    rf"|^tinh hinh (ca |cac |tat ca )*({KINDS})( so)? ?\d*"
    r"|^(con |da co )?(may|bao nhieu) (don vi|phong|co quan|bao cao)( con| da)* (chua|nop|gui)\b"
    r"|^danh sach chua (nop|gui)",
)
async def missing(turn: Turn) -> Outgoing:
    """Đơn vị nào chưa gửi báo cáo"""
    if not turn.collecting:
        return await _leaders_look(turn)
    if turn.number(0) is not None or (turn.number(1) or 1) > 1:
        return await _missing(turn)
    try:
        answer = await _missing(turn)
    except Refused as refused:
        answer = refused.answer
    return await with_waiting(turn.work, turn.house, turn.collecting, answer)


async def _missing(turn: Turn) -> Outgoing:
    named = turn.text.startswith("/") and bool(turn.args) and not turn.args[0].isdecimal()
    if named and (found := await whom(turn.work, turn.text)).offices and not found.everybody:
        return lacking.together([await of_office(turn, each) for each in found.offices])
    if named or _EVERYWHERE.search(fold(turn.text)):
        return await everywhere(turn, turn.number(1) or 1)
    said = turn.args[2] if len(turn.args) > 2 else task_said(turn.text) or ""
    directive = await chosen(turn, "missing", f" 1 {said}" if said else "")
    return await overview(turn.work, turn.house.windows, directive, turn.number(1) or 1, said)


async def _leaders_look(turn: Turn) -> Outgoing:
    if turn.number(0) is not None:
        return await named_late(turn, await watched_directive(turn, turn.number(0)))
    return await stand(turn)


@command("danhan", who=COORDINATOR, listed=False, says=rf"^{_WHO} (da )?(nop|gui)( bao cao)?( roi)?$")
async def handed_in(turn: Turn) -> Outgoing:
    """Đơn vị nào đã gửi báo cáo"""
    directive = await chosen(turn, "xembaocao")
    found = await received(turn, directive)
    return review.reports(directive, found, 0) if found else review.none_yet(directive)


@command(
    "tepthieu",
    who=COORDINATOR,
    listed=False,
    says=r"^((xuat|tai|xin|lay|cho|gui|lap) )*((file|tep|bang|danh sach) )*excel\b",
)
async def as_file(turn: Turn) -> Outgoing:
    """Tệp Excel của danh sách"""
    assert turn.person is not None
    directive = None if turn.args[:1] == ["het"] else await chosen(turn, "tepthieu")
    number = directive.id if directive else None
    if await asked_sheet(turn.work.session, number, turn.person.id) is None:
        turn.work.session.add(Sheet(directive_id=number, asked_by=turn.person.id, asked_at=turn.work.now))
        turn.work.log("list_asked", turn.contact, subject=f"directive:{number}" if number else "")
    return lacking.sheet_asked(directive)


@command("tindan", who=COORDINATOR, listed=False, says=r"^(cho |xin |lay )?(tin )?dan (vao )?nhom\b|^tin dan$")
async def paste(turn: Turn) -> Outgoing:
    """Tin dán nhóm Zalo"""
    directive = await chosen(turn, "tindan")
    return vi.paste(directive, await states(turn.work, directive), turn.work.now)
