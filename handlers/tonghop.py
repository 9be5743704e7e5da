"""«Tổng hợp»: the next edition of the report is put down to be made; one that still holds is sent again."""

from __future__ import annotations

from bot.messages import OutFile, Outgoing
from bot.vi import edition as vi
from db.chapters import chapters
from db.editions import Edition, last_edition
from handlers import COORDINATOR, Turn, command
from handlers.deeds.desk import chosen
from handlers.deeds.gathering import held


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
    if last is not None and last.made_at and not last.withdrawn_at and last.held == held(found):
        for file in last.files:
            again = Outgoing("", file=OutFile(file.name, file.sha256))
            await turn.work.send(turn.incoming.chat, again, person_id=turn.person.id)
        return vi.unchanged(directive, last.number, last.made_at)
    if last is None or last.made_at is not None:
        number = last.number + 1 if last else 1
        last = Edition(directive_id=directive.id, number=number, held={}, files=[])
        last.asked_by, last.asked_at = turn.person.id, turn.work.now
        session.add(last)
    elif last.failed_at is not None:
        last.asked_by, last.asked_at, last.failed_at = turn.person.id, turn.work.now, None
    await session.flush()
    turn.work.log("edition_asked", turn.contact, office_id=directive.collector_id, subject=f"edition:{last.id}")
    return vi.being_made(directive, last.number)
