"""A word that answers several requests at once, or one and something else, answers none: which one is asked."""

from __future__ import annotations

from bot.choices import several, waiting
from bot.messages import Outgoing
from bot.vi import people as vi
from handlers import COORDINATOR, Turn, command


@command("chon", who=COORDINATOR, listed=False)
async def which(turn: Turn) -> Outgoing:
    """Chọn đề nghị cần trả lời"""
    label = " ".join(turn.args)
    found = several(label, turn.contact.choices) or waiting(label, turn.contact.choices)
    return vi.which_request(label, found) if found else vi.nothing_to_decide()
