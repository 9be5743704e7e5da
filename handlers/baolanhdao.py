"""«Báo cáo lãnh đạo»: what is overdue goes to the leader when the coordinator says so; «Đã chỉ đạo» comes back."""

from __future__ import annotations

from datetime import timedelta

from bot.messages import Outgoing
from bot.vi import escalation as vi
from bot.vi.closing import closed_before
from db.post import said_since
from handlers import COORDINATOR, LEADER, Turn, command
from handlers.deeds.desk import chosen, states
from handlers.deeds.reach import tell_collector
from handlers.deeds.watching import leaders_of, watched_directive

AGAIN = timedelta(hours=1)
"""Who presses twice says it once."""


@command("baolanhdao", "baocaolanhdao", who=COORDINATOR, says=r"^bao cao lanh dao$")
async def tell_leader(turn: Turn) -> Outgoing:
    """Báo cáo lãnh đạo các đơn vị chậm"""
    directive = await chosen(turn, "baolanhdao")
    if directive.closed_at is not None:
        return closed_before(directive)
    message = vi.to_leader(directive, await states(turn.work, directive), turn.work.now, turn.house.calendar)
    if turn.number(1) != 1:
        return vi.propose(directive, message)
    if await said_since(turn.work.session, message.about or "", turn.work.now - AGAIN):
        return vi.sent_before(directive)
    leaders = await leaders_of(turn.work, directive.collector_id)
    reached = [name for number, name in leaders.items() if await turn.work.tell(number, message)]
    turn.work.log("leader_told", turn.contact, subject=f"directive:{directive.id}", reached=len(reached))
    return vi.sent(reached, message.text)


@command("dachidao", who=LEADER, listed=False)
async def instructed(turn: Turn) -> Outgoing:
    """Đã chỉ đạo"""
    assert turn.person is not None
    directive = await watched_directive(turn, turn.number(0))
    turn.work.log("instructed", turn.contact, subject=f"directive:{directive.id}")
    message = vi.told_instructed(directive, turn.person, turn.work.now)
    if not await said_since(turn.work.session, message.about or "", turn.work.now - AGAIN):
        await tell_collector(turn.work, directive, message)
    return vi.instructed(turn.work.now)
