"""«Huỷ nhiệm vụ 2, lý do …», «huỷ công văn 30»: what was sent is called off."""

from __future__ import annotations

import re

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import changing as vi
from bot.vi.missing import no_directive
from db.changes import Kind
from db.directives import Directive, assignments_of, open_directives
from db.drafts import draft_of
from handlers import COORDINATOR, Turn, command
from handlers.deeds.changing import propose
from handlers.deeds.others import KINDS, numbered, paper_said
from handlers.deeds.requests import because

_TASK = re.compile(r"\b(?:nhiem vu|viec)\b")


@command("huycongvan", who=COORDINATOR, says=rf"^huy (ca |toan bo |het )?({KINDS}|nhiem vu|viec)\b")
async def call_off(turn: Turn) -> Outgoing:
    """Huỷ một nhiệm vụ hoặc cả công văn đã gửi"""
    assert turn.person is not None
    of_task = _TASK.search(fold(turn.text)) is not None
    open_ = await _open(turn)
    draft = None if of_task or paper_said(turn.text) else await draft_of(turn.work.session, turn.person.id)
    if draft is not None and turn.number(0) is None:
        return vi.which_to_call_off(draft, open_)
    asked = [each for one in open_ for each in await assignments_of(turn.work.session, one.id)]
    if not (mine := numbered(turn.text, asked)):
        return vi.no_such_number() if open_ else no_directive()
    return await propose(turn, Kind.TASK if of_task else Kind.DIRECTIVE, mine, because(turn.text)[1])


async def _open(turn: Turn) -> list[Directive]:
    found = await open_directives(turn.work.session, turn.collecting)
    return [each for each in found if turn.number(0) in {None, each.id}]
