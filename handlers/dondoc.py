"""«Công văn đôn đốc»: the letter to those late, as a draft that the văn thư numbers and dates."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import urging as vi
from db.editions import Kind
from handlers import COORDINATOR, Turn, command
from handlers.deeds.desk import chosen, states
from handlers.deeds.papers import ask_for
from handlers.deeds.urging import late_in


@command("dondoc", who=COORDINATOR, says=r"^(lap |soan |du thao )?(cong van )?don doc\b")
async def urge(turn: Turn) -> Outgoing:
    """Dự thảo công văn đôn đốc các đơn vị quá hạn"""
    directive = await chosen(turn, "dondoc")
    if not late_in(await states(turn.work, directive), turn.work.now):
        return vi.nobody_late(directive)
    await ask_for(turn, directive, Kind.LETTER)
    return vi.being_made(directive)
