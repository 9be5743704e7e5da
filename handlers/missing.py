"""Who has not reported."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import closing
from bot.vi import missing as vi
from db.editions import Kind
from handlers import COORDINATOR, Turn, command
from handlers.deeds.desk import chosen, overview, states
from handlers.deeds.papers import ask_for

_WHO = r"(?:nhung )?(?:ai|don vi nao|co quan nao|phong nao)"


@command(
    "missing",
    "chuanop",
    "thieu",
    who=COORDINATOR,
    says=rf"\b{_WHO}\b.*\bchua\b|\bthieu {_WHO}\b|^con {_WHO}( nua)?$|^chua nop$",
)
async def missing(turn: Turn) -> Outgoing:
    """Đơn vị nào chưa gửi báo cáo"""
    return await overview(turn.work, turn.house.windows, await chosen(turn, "missing"))


@command("tindan", who=COORDINATOR, listed=False)
async def paste(turn: Turn) -> Outgoing:
    """Tin dán nhóm Zalo"""
    directive = await chosen(turn, "tindan")
    return vi.paste(directive, await states(turn.work, directive), turn.work.now)


@command("ketthuc", who=COORDINATOR, says=r"^ket thuc cong van")
async def close(turn: Turn) -> Outgoing:
    """Kết thúc công văn: dừng mọi lời nhắc, lập hồ sơ"""
    directive = await chosen(turn, "ketthuc")
    found = await states(turn.work, directive)
    if any(each.done < len(each.lines) for each in found) and turn.number(1) != 1:
        return closing.confirm_close(directive, found)
    if directive.closed_at is None:
        directive.closed_at = turn.work.now
        turn.work.log("closed", turn.contact, subject=f"directive:{directive.id}")
        await ask_for(turn, directive, Kind.DOSSIER)
    return closing.closed(directive, found)
