"""«Kết thúc công văn», and the way back: undone for ten minutes, reopened later."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import closing as vi
from handlers import COORDINATOR, Turn, command
from handlers.deeds.closing import close, closed_one, confirm, reopen
from handlers.deeds.desk import chosen, states
from handlers.deeds.others import KINDS

_PAPER = rf"(?:{KINDS})"


@command("ketthuc", who=COORDINATOR, says=rf"^(ket thuc|dong) {_PAPER}\b")
async def end(turn: Turn) -> Outgoing:
    """Kết thúc công văn: dừng mọi lời nhắc, lập hồ sơ"""
    directive = await chosen(turn, "ketthuc")
    if directive.closed_at is not None and turn.number(1) != 1:
        return vi.closed_before(directive)
    found = await states(turn.work, directive)
    if any(each.done < len(each.lines) for each in found) and turn.number(1) != 1:
        return vi.confirm_close(directive, found)
    if directive.closed_at is None:
        await close(turn, directive)
    return vi.closed(directive, found)


@command("molai", who=COORDINATOR, says=rf"^mo lai( {_PAPER})\b|^(huy|khong|chua|nham|hoan tac) (viec )?ket thuc\b")
async def again(turn: Turn) -> Outgoing:
    """Mở lại công văn đã kết thúc"""
    directive = await closed_one(turn)
    if turn.number(2) == 0:
        return vi.stays_closed(directive)
    if turn.number(1) == vi.closing(directive) and (turn.number(2) == 1 or vi.just_closed(directive, turn.work.now)):
        return await reopen(turn, directive)
    return await confirm(turn, directive)
