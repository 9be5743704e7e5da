"""«Tổng hợp»: the next edition of the report is put down to be made; one that still holds is sent again."""

from __future__ import annotations

from bot.messages import OutFile, Outgoing
from bot.vi import edition as vi
from db.chapters import chapters
from db.editions import Kind, last_edition
from handlers import COORDINATOR, Turn, command
from handlers.deeds.desk import chosen
from handlers.deeds.gathering import held
from handlers.deeds.papers import ask_for


@command("tonghop", who=COORDINATOR, says=r"^(bat dau )?tong hop\b")
async def consolidate(turn: Turn) -> Outgoing:
    """Lập báo cáo tổng hợp, bảng số liệu, tệp nén"""
    assert turn.person is not None
    session = turn.work.session
    directive = await chosen(turn, "tonghop")
    found = await chapters(session, directive.id)
    if not found:
        return vi.no_reports(directive)
    last = await last_edition(session, directive.id)
    if last is not None and last.made_at and not last.withdrawn_at and last.held == held(directive, found):
        for file in last.files:
            again = Outgoing("", file=OutFile(file.name, file.sha256))
            await turn.work.send(turn.incoming.chat, again, person_id=turn.person.id)
        return vi.unchanged(directive, last.number, last.made_at)
    return vi.being_made(directive, (await ask_for(turn, directive, Kind.REPORT)).number)
