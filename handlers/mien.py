"""«Miễn Y tế, Tài chính báo cáo, lý do …»: offices that need not report."""

from __future__ import annotations

from bot.messages import Outgoing
from handlers import COORDINATOR, Turn, command
from handlers.deeds.changing import exempt
from handlers.deeds.whom import whom


@command("mien", "mienbaocao", who=COORDINATOR, says=r"^mien\b")
async def free(turn: Turn) -> Outgoing:
    """Miễn báo cáo cho một hoặc nhiều đơn vị"""
    return await exempt(turn, await whom(turn.work, turn.text))
