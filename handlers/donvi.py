"""The directory of offices: shown, and filled from a spreadsheet."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import people as vi
from db.people import Role, offices
from db.reorganising import predecessors
from db.seats import OWING, seats
from handlers import COORDINATOR, Turn, command


@command("donvi", who=COORDINATOR)
async def directory(turn: Turn) -> Outgoing:
    """Danh mục đơn vị; thêm từ tệp .xlsx hoặc .csv"""
    known = await offices(turn.work.session)
    if not known:
        return vi.no_offices()
    people = await seats(turn.work.session, [office.id for office in known], (*OWING, Role.COORDINATOR))
    former = await predecessors(turn.work.session, [office.id for office in known])
    return vi.directory([(office, people[office.id], former.get(office.id, ())) for office in known])
