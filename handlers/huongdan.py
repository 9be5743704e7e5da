"""Help, and what is said to words nobody understood."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import people as vi
from db.people import Role
from handlers import EVERYONE, STRANGERS, Turn, command, listed


@command("huongdan", "help", "trogiup", who=EVERYONE, says=r"^(huong dan|tro giup|giup|help)\b")
async def guide(turn: Turn) -> Outgoing:
    """Hướng dẫn và danh sách lệnh"""
    if not turn.places:
        return await STRANGERS[0].handle(turn) if turn.person else vi.stranger()
    roles = {Role(place.role) for place in turn.places}
    lines = [(found.names[0], found.help) for found in listed(roles)]
    return vi.help_lines(lines, Role.COORDINATOR in roles)
