"""«Báo cáo lãnh đạo»: what is overdue goes to the leader when the coordinator says so; «Đã chỉ đạo» comes back."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import escalation as vi
from bot.vi.missing import no_directive
from db.directives import Directive
from db.people import Role, people_with
from handlers import COORDINATOR, LEADER, Turn, command
from handlers.deeds.desk import chosen, states
from handlers.deeds.reach import tell_collector


@command("baolanhdao", "baocaolanhdao", who=COORDINATOR, says=r"^bao cao lanh dao\b")
async def tell_leader(turn: Turn) -> Outgoing:
    """Báo cáo lãnh đạo các đơn vị chậm"""
    directive = await chosen(turn, "baolanhdao")
    message = vi.to_leader(directive, await states(turn.work, directive), turn.work.now, turn.house.calendar)
    leaders = await people_with(turn.work.session, Role.LEADER)
    reached = [each.name for each in leaders if await turn.work.tell(each.id, message)]
    turn.work.log("leader_told", turn.contact, subject=f"directive:{directive.id}", reached=len(reached))
    return vi.sent(reached, message.text)


@command("dachidao", who=LEADER, listed=False)
async def instructed(turn: Turn) -> Outgoing:
    """Đã chỉ đạo"""
    directive = await turn.work.session.get(Directive, turn.number(0) or 0)
    if directive is None or not directive.sent or turn.person is None:
        return no_directive()
    turn.work.log("instructed", turn.contact, subject=f"directive:{directive.id}")
    await tell_collector(turn.work, directive, vi.told_instructed(directive, turn.person, turn.work.now))
    return vi.instructed(turn.work.now)
