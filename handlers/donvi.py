"""The directory of offices: shown, and filled from a spreadsheet."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import people as vi
from db.people import offices
from handlers import COORDINATOR, Turn, command
from handlers.deeds.reach import people_of


@command("donvi", who=COORDINATOR)
async def directory(turn: Turn) -> Outgoing:
    """Danh mục đơn vị; thêm từ tệp .xlsx hoặc .csv"""
    known = await offices(turn.work.session)
    if not known:
        return vi.no_offices()
    lines = []
    for office in known:
        people = [member.person.name for member in await people_of(turn.work, office.id)]
        lines.append(f"- {office.name} ({office.short}): {', '.join(people) or 'chưa có ai kết nối'}")
    return vi.directory(lines)
