"""The directory of offices: shown, and filled from a spreadsheet."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import people as vi
from db.people import add_office, find_office, offices
from handlers import COORDINATOR, Turn, command
from handlers.deeds.reach import people_of
from handlers.deeds.roster import Row


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


async def import_rows(turn: Turn, rows: list[Row]) -> Outgoing:
    """Add what is new; a row that cannot be taken is named with its number and why."""
    added, known, errors = 0, 0, []
    for row in rows:
        if row.error:
            errors.append(f"Dòng {row.number}: {row.error}")
        elif await find_office(turn.work.session, row.name) is not None:
            known += 1
        else:
            office = await add_office(turn.work.session, row.name, row.short)
            office.phone = row.phone
            added += 1
    turn.work.log("offices_imported", turn.contact, added=added)
    return vi.imported(added, known, errors)
