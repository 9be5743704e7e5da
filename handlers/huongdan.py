"""Help, and what is said to words nobody understood."""

from __future__ import annotations

import re

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import people as vi
from bot.vi.help import (
    COORDINATOR_WORDS,
    LEADER_WORDS,
    OFFICE_WORDS,
    help_lines,
    leaders_lines,
    not_understood,
    stale_number,
    thanked,
)
from db.people import Role
from handlers import EVERYONE, STRANGERS, Turn, command, listed
from handlers.deeds.links import carries_files
from handlers.deeds.strangers import told_once

_HELP = r"^(huong ?dan|tro giup|giup|help)\b"
_THANKS = re.compile(r"^(?:(?:da|vang|ok|oke|roi|a|em|anh|chi|toi|xin|tran trong) )*(?:cam on|thanks?|tks)\b.{0,30}$")
_NUMBER = re.compile(r"^(?:(?:so|chon) )?(\d{1,2})$")


@command("huongdan", "help", "trogiup", who=EVERYONE, says=_HELP)
async def guide(turn: Turn) -> Outgoing:
    """Hướng dẫn và danh sách lệnh"""
    if not turn.places:
        return await STRANGERS[0].handle(turn) if turn.person else told_once(turn, vi.stranger())
    roles = {Role(place.role) for place in turn.places}
    coordinator, said = Role.COORDINATOR in roles, fold(turn.text)
    if not turn.text.startswith("/") and not re.match(_HELP, said):
        return _short(said, _words(turn))
    lines = [(found.names[0], found.help) for found in listed(roles)]
    if turn.only_leads:
        return leaders_lines(lines)
    buttons = turn.incoming.chat.channel in turn.house.with_buttons
    return help_lines(lines, coordinator=coordinator, files=carries_files(turn), buttons=buttons)


def _words(turn: Turn) -> str:
    return COORDINATOR_WORDS if turn.collecting else LEADER_WORDS if turn.only_leads else OFFICE_WORDS


def _short(said: str, words: str) -> Outgoing:
    if _THANKS.match(said):
        return thanked()
    number = _NUMBER.match(said)
    return stale_number(number[1], words) if number else not_understood(words)
