"""«Đã gửi báo cáo tổng hợp»: from then on what still comes in is a supplement."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import complete as vi
from db.directives import synthesis_of
from db.reports import Way
from db.standing import line
from handlers import COORDINATOR, Turn, command
from handlers.deeds.desk import chosen
from handlers.deeds.filing import record
from handlers.deeds.instants import today


@command("datonghop", who=COORDINATOR, listed=False, says=r"^da (gui|trinh) (bao cao )?tong hop\b")
async def synthesised(turn: Turn) -> Outgoing:
    """Đã gửi báo cáo tổng hợp"""
    directive = await chosen(turn, "datonghop")
    own = await synthesis_of(turn.work.session, directive)
    if own is None:
        return vi.nothing_to_synthesise(directive)
    found = await line(turn.work.session, own)
    if found.first_arrival is not None:
        return vi.synthesised_before(directive, found.first_arrival)
    await record(turn, own, Way.MARKED, today(turn.work.now), turn.work.now)
    return vi.synthesised(directive, await line(turn.work.session, own))
