"""«Độ khẩn: hoả tốc»: the stamp of a draft, where it was not read or misread."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import fixing as vi
from bot.vi.directive import no_draft
from bot.vi.draft import STAMPS
from db.drafts import draft_of
from handlers import COORDINATOR, Turn, command
from handlers.deeds.cards import draft_card

_DEGREES = {fold(name): degree for degree, name in enumerate(STAMPS)}


@command("dokhan", who=COORDINATOR, listed=False, says=r"^do khan\b")
async def set_urgency(turn: Turn) -> Outgoing:
    """Sửa độ khẩn của bản nháp"""
    assert turn.person is not None
    draft = await draft_of(turn.work.session, turn.person.id)
    if draft is None or not turn.collects(draft.collector_id):
        return no_draft()
    said = fold(" ".join(turn.args) if turn.text.startswith("/") else turn.text)
    degree = _DEGREES.get(said.removeprefix("do khan").removeprefix(" la").strip())
    if degree is None:
        return vi.ask_urgency()
    draft.urgency = degree
    return await draft_card(turn.work, turn.house, draft)
