"""«Hồ sơ công văn»: the whole of a directive in one ZIP, with its log."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import dossier as vi
from db.editions import Kind
from handlers import COORDINATOR, Turn, command
from handlers.deeds.desk import chosen
from handlers.deeds.papers import ask_for


@command("hoso", who=COORDINATOR, says=r"^(lap |xuat |tai )?ho so( cong van)?$")
async def dossier(turn: Turn) -> Outgoing:
    """Hồ sơ công văn: mọi tệp, báo cáo, nhật ký trong một tệp nén"""
    directive = await chosen(turn, "hoso", closed=True)
    await ask_for(turn, directive, Kind.DOSSIER)
    return vi.being_made(directive)
